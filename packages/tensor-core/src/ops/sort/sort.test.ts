import { describe, expect, test } from "vitest";
import {
  argsort,
  arange,
  DTypeError,
  fromArray,
  gather,
  scope,
  ShapeError,
  similarRows,
  sort,
  tensor,
  type Tensor,
  topk,
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
