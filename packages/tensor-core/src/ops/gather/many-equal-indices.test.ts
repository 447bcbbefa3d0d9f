import { expect, test } from "vitest";
import { coalesceRows, full, indexAdd, oneHot, scatterAdd, type Shape, type Tensor, zeros } from "../../index.node.ts";

const COUNT = 1_000_000;
/** 0.1 as an f32. */
const TENTH = Math.fround(0.1);
const EXACT = COUNT * TENTH;

const index = zeros([COUNT], "i32");
const ones: Tensor<Shape> = full([COUNT], TENTH);
const rows = ones.reshape([COUNT, 1]);

const sums: Record<string, () => number> = {
  indexAdd: () => indexAdd(rows, 0, index, 1).item(),
  scatterAdd: () => scatterAdd(zeros([1]), 0, index, ones).item(),
  coalesceRows: () => coalesceRows(index, rows).values.item(),
};

// What the docstring of `indexAdd` says, number by number.
test.each(Object.entries(sums))("%s of a million equal indices is within the bound, and as documented", (_, sum) => {
  const found = sum();
  expect(Math.abs(found - EXACT)).toBeLessThan(COUNT * 2 ** -24 * EXACT);
  expect(Math.round(found)).toBe(100_958);
});

test("the product with the one-hot matrix has five digits", () => {
  const found = oneHot(index, 1).transpose().matmul(rows).item();
  expect(Math.abs(found / EXACT - 1)).toBeLessThan(1e-5);
});
