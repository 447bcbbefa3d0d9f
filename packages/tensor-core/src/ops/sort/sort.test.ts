import { describe, expect, test } from "vitest";
import {
  argsort,
  arange,
  DTypeError,
  fromArray,
  gather,
  scope,
  searchSorted,
  ShapeError,
  similarRows,
  sort,
  tensor,
  type Tensor,
  topk,
  unique,
  ValueError,
  zeros,
} from "../../index.node.ts";

const x = () =>
  tensor([
    [3, 1, 2, 1],
    [NaN, -0, 0, -1],
  ]);

describe("sorting", () => {
  test("is stable, and NaN is the largest", () => {
    const { values, indices } = sort(x());
    expect(values.toArray()).toEqual([
      [1, 1, 2, 3],
      [-1, -0, 0, NaN],
    ]);
    expect(indices.toArray()).toEqual([
      [1, 3, 2, 0],
      [3, 1, 2, 0],
    ]);
    expect(sort(x(), 1, { descending: true }).indices.toArray()).toEqual([
      [0, 2, 1, 3],
      [0, 1, 2, 3],
    ]);
  });

  test("along another axis, of integers, of a view", () => {
    const y = fromArray(Int32Array.of(5, 2, -3, 7, 0, 9), [3, 2]);
    expect(sort(y, 0).values.toArray()).toEqual([
      [-3, 2],
      [0, 7],
      [5, 9],
    ]);
    expect(argsort(y.transpose(), -1).toArray()).toEqual([
      [1, 2, 0],
      [0, 1, 2],
    ]);
  });

  test("argsort gathers what sort gives", () => {
    const y = arange(40).mul(7.3).sin().reshape([8, 5]);
    expect(gather(y, 0, argsort(y, 0)).data()).toEqual(sort(y, 0).values.data());
  });
});

describe("topk", () => {
  test("gives the largest or smallest, best first", () => {
    const { values, indices } = topk(x(), 2);
    expect(values.toArray()).toEqual([
      [3, 2],
      [NaN, -0],
    ]);
    expect(indices.toArray()).toEqual([
      [0, 2],
      [0, 1],
    ]);
    expect(topk(x(), 3, -1, { largest: false }).indices.toArray()).toEqual([
      [1, 3, 2],
      [3, 1, 2],
    ]);
    expect(topk(x(), 1, 0).values.toArray()).toEqual([[NaN, 1, 2, 1]]);
    expect(topk(x(), 0).values.shape).toEqual([2, 0]);
  });

  test.each([
    ["more than there are", () => topk(x(), 5), ShapeError, /must not be larger than the axis \(4\)/],
    ["a fraction", () => topk(x(), 1.5), ValueError, /whole number/],
    ["another axis", () => topk(x() as Tensor, 1, 2), ShapeError, /axis must be in -2…1/],
    ["truth values", () => topk(x().greater(0), 1), DTypeError, /takes f32 and i32/],
  ] as const)("refuses %s", (_, call, error, message) => {
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });
});

test("rows of i8 are refused where sums of their products would not be exact", () => {
  scope(() => {
    const size = 2 ** 24;
    const rows = zeros([1, size], "i8");
    expect(() => similarRows(zeros([1, size]), rows, 1)).toThrow(/at most 16777215 features/);
    const fits = rows.slice(1, 1);
    expect(similarRows(zeros([1, size - 1]), fits, 1).values.item()).toBe(0);
  });
});

test("each query of rows of i8 has its own step, to which its numbers are rounded", () => {
  scope(() => {
    const size = 200;
    const rows = Array.from({ length: 3 * size }, (_, i) => 1 + ((i * 37) % 120));
    // Numbers above 0 alone: what rounding takes away it gives again, and what is cut off adds up.
    const queries = Array.from(
      { length: 3 * size },
      (_, i) => (0.1 + ((i * 61) % 97) / 97) * 1000 ** Math.floor(i / size),
    );
    const { values, indices } = similarRows(
      fromArray(queries, [3, size]),
      fromArray(Int8Array.from(rows), [3, size]),
      3,
    );
    const [found, places] = [values.data(), indices.data()];
    for (let at = 0; at < 9; at++) {
      const [query, row] = [Math.floor(at / 3), places[at] ?? 0];
      const product = rows
        .slice(row * size, (row + 1) * size)
        .reduce((sum, value, i) => sum + value * (queries[query * size + i] ?? 0), 0);
      expect(Math.abs((found[at] ?? 0) / product - 1)).toBeLessThan(1e-5);
    }
  });
});

test("elements that are all different are each there once", () => {
  expect(unique(tensor([3, 1, 2])).values.toArray()).toEqual([1, 2, 3]);
  expect(unique(fromArray(Int32Array.of(7, -7))).values.toArray()).toEqual([-7, 7]);
});

test("each row is searched in its own sequence, also behind the second", () => {
  const sequences = tensor([
    [1, 2],
    [10, 20],
    [100, 200],
    [1000, 2000],
  ]);
  const asked = tensor([[1.5], [15], [150], [1500]]);
  expect(searchSorted(sequences, asked).toArray()).toEqual([[1], [1], [1], [1]]);
});
