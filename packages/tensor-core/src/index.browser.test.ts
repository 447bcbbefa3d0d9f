import { memory, tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";

test("the built core loads in a page, chooses its fastest build and computes", () => {
  const before = memory();
  const left = tensor([
    [1, 2],
    [3, 4],
  ]);
  const product = left.matmul(left);
  expect(product.toArray()).toEqual([
    [7, 10],
    [15, 22],
  ]);
  left.dispose();
  product.dispose();
  expect(memory().tensors).toBe(before.tensors);
  expect(memory().bytes).toBe(before.bytes);
});
