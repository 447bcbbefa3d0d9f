import {
  DTypeError,
  IndexError,
  memory,
  ShapeError,
  tensor,
  type Tensor,
  ValueError,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { accuracy } from "./accuracy.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";

const logits = tensor([
  [1, 0, 0],
  [0, 0.5, 1],
  [0, 3, 1],
  [2, 0, 1],
]); // 0, 2, 1, 0
const labels = tensor([0, 1, 1, 2], "i32");

describe("accuracy", () => {
  test("is the share of right answers", () => {
    const before = memory().tensors;
    expect(accuracy(logits, labels)).toBe(0.5);
    expect(memory().tensors).toBe(before);
  });
});

describe("a confusion matrix", () => {
  const matrix = new ConfusionMatrix(["cat", "dog", "cow"]).add(logits, labels).add(logits, labels);

  test("counts what was taken for what", () => {
    expect(matrix.counts.map((row) => [...row])).toEqual([
      [2, 0, 0],
      [0, 2, 2],
      [2, 0, 0],
    ]);
    expect([matrix.total, matrix.accuracy]).toEqual([8, 0.5]);
    expect(matrix.recall()).toEqual([1, 0.5, 0]);
    expect(matrix.precision()).toEqual([0.5, 1, 0]);
  });

  test("is a table to read", () => {
    expect(String(matrix)).toBe(
      ["     cat  dog  cow", "cat    2    ·    ·", "dog    ·    2    2", "cow    2    ·    ·"].join("\n"),
    );
  });

  test("refuses other classes", () => {
    expect(() => new ConfusionMatrix(2).add(logits, labels)).toThrow(ShapeError);
    expect(() => new ConfusionMatrix(4).add(logits, labels)).toThrow(ShapeError);
  });

  test("counts all of a batch or nothing", () => {
    const fresh = new ConfusionMatrix(3);
    expect(() => fresh.add(logits, tensor([0, 1, 2, 3], "i32"))).toThrow(IndexError);
    expect(fresh.total).toBe(0);
    expect(fresh.add(logits, tensor([0, -100, 1, -100], "i32"), { ignoreIndex: -100 }).total).toBe(2);
  });

  test.each([0, 1.5, -1, NaN, 2 ** 30, 2 ** 32 + 4, 1e10, 1e300])("refuses %d classes", (classes) => {
    expect(() => new ConfusionMatrix(classes)).toThrow(ValueError);
  });
});

describe.each<[string, (logits: Tensor, labels: Tensor<readonly number[], "i32">, ignoreIndex?: number) => unknown]>([
  ["accuracy", (some, of, ignoreIndex) => accuracy(some, of, { ignoreIndex })],
  [
    "a confusion matrix",
    (some, of, ignoreIndex) => new ConfusionMatrix(some.shape.at(-1) ?? 1).add(some, of, { ignoreIndex }),
  ],
])("%s refuses", (_, measure) => {
  const two = tensor([
    [2, 1],
    [1, 2],
  ]) as Tensor;

  test("labels of another shape, and broadcasts none", () => {
    expect(() => measure(two, tensor([[0], [1]], "i32"))).toThrow(/needs one label for each row.*squeeze/s); // prettier-ignore
    expect(() => measure(two, tensor([0], "i32"))).toThrow(ShapeError);
    expect(() => measure(two, tensor([0, 1, 0], "i32"))).toThrow(ShapeError);
    expect(() => measure(tensor([2, 1]) as Tensor, tensor([0, 1], "i32"))).toThrow(ShapeError);
    expect(() => measure(tensor(1) as Tensor, tensor([0], "i32"))).toThrow(ShapeError);
  });

  test("labels that are no class, unless they are to be left out", () => {
    for (const label of [-100, -1, 2, 100_000]) {
      expect(() => measure(two, tensor([0, label], "i32"))).toThrow(IndexError);
      expect(() => measure(two, tensor([0, label], "i32"), label)).not.toThrow();
    }
    expect(() => measure(zeros([2, 0]), tensor([0, 0], "i32"))).toThrow(/no classes|whole number from 1/);
  });

  test("labels of another dtype", () => {
    const floats: unknown = tensor([0, 1]); // as JavaScript may pass
    expect(() => measure(two, floats as Tensor<readonly number[], "i32">)).toThrow(DTypeError);
  });
});

test("accuracy leaves out what is ignored, and is NaN of nothing", () => {
  expect(accuracy(logits, tensor([0, 1, -100, -100], "i32"), { ignoreIndex: -100 })).toBe(0.5);
  expect(accuracy(logits, tensor([-100, -100, -100, -100], "i32"), { ignoreIndex: -100 })).toBeNaN();
  expect(accuracy(zeros([0, 3]), zeros([0], "i32"))).toBeNaN();
  expect(accuracy(logits.reshape([2, 2, 3]), labels.reshape([2, 2]))).toBe(0.5);
});
