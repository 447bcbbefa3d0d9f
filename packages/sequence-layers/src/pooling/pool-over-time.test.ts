import { grad, gradcheck } from "@unfoldjs/autograd";
import {
  DTypeError,
  Generator,
  IndexError,
  memory,
  scope,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { lastValid, maxOverTime, meanOverTime } from "./pool-over-time.ts";

const x = tensor([
  [
    [1, -2],
    [3, -4],
    [8, -6],
  ],
  [
    [5, -1],
    [Number.NaN, Number.NaN],
    [Infinity, Infinity],
  ],
  [
    [Number.NaN, Number.NaN],
    [Number.NaN, Number.NaN],
    [Number.NaN, Number.NaN],
  ],
]);
const lengths = tensor([3, 1, 0], "i32");
const pools = [
  [
    "lastValid",
    lastValid,
    [
      [8, -6],
      [5, -1],
      [0, 0],
    ],
  ],
  [
    "meanOverTime",
    meanOverTime,
    [
      [4, -4],
      [5, -1],
      [0, 0],
    ],
  ],
  [
    "maxOverTime",
    maxOverTime,
    [
      [8, -2],
      [5, -1],
      [0, 0],
    ],
  ],
] as const;

describe.each(pools)("%s", (_, pool, wanted) => {
  test("sees each sequence's own steps, whatever the padding holds; zeros of no step", () => {
    expect(pool(x, lengths).toArray()).toEqual(wanted);
    expect(pool(x.slice(0, 0, 1)).toArray()).toEqual(wanted.slice(0, 1));
    expect(pool(x.slice(2, 0, 1).squeeze(2), lengths).toArray()).toEqual(wanted.map(([first]) => first));
  });

  test("gives padding a gradient of 0, and steps that of differences", () => {
    const before = memory().tensors;
    scope(() => {
      const dx = grad((leaf: Tensor) => pool(leaf, lengths).sum())(x);
      expect(dx.slice(0, 1).slice(1, 1).abs().max().item()).toBe(0);
      expect(dx.at(2).abs().max().item()).toBe(0);
      expect(dx.at(1, 0).toArray()).toEqual([1, 1]);
      const draw = new Generator(1).normal([3, 3, 2]);
      const { ok, report } = gradcheck((leaf: Tensor) => pool(leaf, lengths), draw);
      expect(ok ? "" : report).toBe("");
    });
    expect(memory().tensors).toBe(before);
  });

  test("of nothing there is nothing, and what does not fit is refused", () => {
    expect(pool(zeros([2, 0, 3])).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(pool(zeros([0, 2, 3])).shape).toEqual([0, 3]);
    expect(() => pool(zeros([3]))).toThrow(ShapeError);
    expect(() => pool(x, tensor([1], "i32"))).toThrow(ShapeError);
    expect(() => pool(x, tensor([1, 1, 4], "i32"))).toThrow(IndexError);
    expect(() => pool(zeros([2, 2], "i32") as never)).toThrow(DTypeError);
  });
});
