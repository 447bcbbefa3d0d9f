import { memory, tensor, ValueError } from "@unfoldjs/tensor-core";
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
    expect(() => new ConfusionMatrix(2).add(logits, labels)).toThrow(ValueError);
  });
});
