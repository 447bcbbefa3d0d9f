import { describe, expect, test } from "vitest";
import { memory, norm, ShapeError, std, tensor, ValueError, variance } from "../index.node.ts";

const x = () =>
  tensor([
    [1, 2, 3, 4],
    [2, 2, 2, 2],
  ]);

describe("variance and deviation", () => {
  test("divide by the count less the correction", () => {
    expect(variance(x(), 1).toArray()).toEqual([Math.fround(5 / 3), 0]);
    expect(variance(x(), 1, { correction: 0 }).toArray()).toEqual([1.25, 0]);
    expect(std(x(), 1, { correction: 0 }).at(0).item()).toBeCloseTo(Math.sqrt(1.25), 6);
    expect(variance(x()).item()).toBeCloseTo(5.5 / 7, 6);
  });

  test("keep axes if asked, and are NaN of one element", () => {
    expect(variance(x(), 0, { keepDims: true }).shape).toEqual([1, 4]);
    expect(variance(tensor([5])).item()).toBeNaN();
  });

  test("lose nothing to a mean that is far from 0", () => {
    expect(variance(tensor([10_000, 10_001, 10_002])).item()).toBe(1);
  });
});

describe("norm", () => {
  test.each([
    [2, Math.sqrt(30)],
    [1, 10],
    [3, 100 ** (1 / 3)],
    [Infinity, 4],
  ])("of order %s", (p, wanted) => {
    expect(norm(tensor([1, -2, 3, -4]), p).item()).toBeCloseTo(wanted, 5);
  });

  test("of nothing but zeros is 0", () => {
    expect(
      norm(
        tensor([
          [0, 0],
          [3, 4],
        ]),
        2,
        1,
      ).toArray(),
    ).toEqual([0, 5]);
  });
});

test("intermediates are gone", () => {
  const y = x();
  const before = memory().tensors;
  const results = [variance(y), std(y, 0), norm(y), norm(y, 3, 1)];
  expect(memory().tensors).toBe(before + results.length);
});

test.each([
  ["an axis that is not there", () => variance(x(), 2), ShapeError, /axis must be in -2…1/],
  ["an order of 0", () => norm(x(), 0), ValueError, /above 0/],
] as const)("%s is refused", (_, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});
