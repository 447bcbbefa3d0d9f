import { gradcheck } from "@unfoldjs/autograd";
import { type Reduction, ShapeError, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { crossEntropy, CrossEntropyLoss } from "./cross-entropy.ts";
import { mse, MSELoss } from "./mse.ts";

describe("mse", () => {
  const [prediction, target] = [
    tensor([
      [1, 2],
      [3, 4],
    ]) as Tensor,
    tensor([
      [0, 2],
      [5, 4.5],
    ]) as Tensor,
  ];

  test("is the mean, the sum, or all of the squares", () => {
    expect(mse(prediction, target).item()).toBe(5.25 / 4);
    expect(mse(prediction, target, "sum").item()).toBe(5.25);
    expect(mse(prediction, target, "none").toArray()).toEqual([
      [1, 0],
      [4, 0.25],
    ]);
    expect(new MSELoss({ reduction: "sum" }).forward(prediction, target).item()).toBe(5.25);
  });

  test("broadcasts nothing", () => {
    expect(() => mse(tensor([[1], [2]]) as Tensor, tensor([1, 2]))).toThrow(ShapeError);
  });

  test("has the gradient of finite differences", () => {
    const { ok, report } = gradcheck(([x]: readonly [Tensor]) => mse(x, target), [prediction] as const);
    expect(ok ? "" : report).toBe("");
  });
});

describe("CrossEntropyLoss", () => {
  test("is crossEntropy with its options", () => {
    const [logits, labels] = [
      tensor([
        [1, 2, 3],
        [3, 1, 0],
      ]),
      tensor([2, 1], "i32"),
    ];
    const logSum = (row: readonly number[]): number => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
    const wanted = [logSum([1, 2, 3]) - 3, logSum([3, 1, 0]) - 1];
    const rows = new CrossEntropyLoss({ reduction: "none" }).forward(logits, labels).data();
    wanted.forEach((loss, i) => expect(rows[i]).toBeCloseTo(loss, 5));
    expect(new CrossEntropyLoss().forward(logits, labels).item()).toBe(crossEntropy(logits, labels).item());
  });
});

test("losses refuse a reduction that there is not", () => {
  const unknown = "average" as string as Reduction; // as JavaScript may say
  const [x, labels] = [tensor([[1, 2]]) as Tensor, tensor([1], "i32")];
  expect(() => mse(x, x, unknown)).toThrow(ValueError);
  expect(() => crossEntropy(x, labels, { reduction: unknown })).toThrow(ValueError);
});
