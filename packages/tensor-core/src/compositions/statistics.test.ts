import { describe, expect, test } from "vitest";
import {
  type DType,
  DTypeError,
  memory,
  norm,
  ShapeError,
  std,
  tensor,
  type Tensor,
  ValueError,
  variance,
  zeros,
} from "../index.node.ts";

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

test("deviations and norms hold where their squares do not", () => {
  // Of 1, 2, 4: mean 7/3, Σ of squared deviations 14/3.
  for (const unit of [1e20, 1e37, 1, 1e-25, 1e-37]) {
    const three = tensor([unit, 2 * unit, 4 * unit]);
    expect(std(three).item() / unit).toBeCloseTo(Math.sqrt(7 / 3), 6);
    for (const p of [0.5, 2, 3, 10, 90, -1, -3]) {
      const wanted = (1 + 2 ** p + 4 ** p) ** (1 / p);
      expect(norm(three, p).item() / unit / wanted).toBeCloseTo(1, 5);
    }
  }
  expect(norm(tensor([1e30])).item()).toBe(Math.fround(1e30));
  expect(norm(tensor([3e-30, 0, 4e-30])).item() / 5e-30).toBeCloseTo(1, 6);
  expect(variance(tensor([1e20, 2e20])).item()).toBe(Infinity); // which it is, in f32
  expect(std(tensor(new Array<number>(64).fill(3e38))).item()).toBe(0);
});

describe("norm", () => {
  test.each([
    [2, Math.sqrt(30)],
    [1, 10],
    [3, 100 ** (1 / 3)],
    [Infinity, 4],
    [-Infinity, 1],
    [0, 4],
    [-1, 12 / 25],
    [200, 4],
  ])("of order %s", (p, wanted) => {
    expect(norm(tensor([1, -2, 3, -4]), p).item()).toBeCloseTo(wanted, 5);
  });

  test.each([0.01, 0.5, 1.5, 2, 64, 65, 100, 1e4, Infinity])("of order %s is ∞ beside an infinity, 0 of zeros", (p) => {
    const rows = tensor([
      [Infinity, 1, -2],
      [-3, -Infinity, Infinity],
      [0, -0, 0],
      [NaN, 1, 0],
    ]);
    expect(norm(rows, p, 1).toArray()).toEqual([Infinity, Infinity, 0, NaN]);
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
  ["an axis that is not there", () => variance(x() as Tensor, 2), ShapeError, /axis must be in -2…1/],
  ["an order that is no number", () => norm(x(), NaN), ValueError, /p must be a number/],
] as const)("%s is refused", (_, call, error, message) => {
  expect(call).toThrow(error);
  expect(call).toThrow(message);
});

test.each([
  ["norm", (of: Tensor) => norm(of)],
  ["norm", (of: Tensor) => norm(of, 1)],
  ["norm", (of: Tensor) => norm(of, Infinity)],
  ["std", (of: Tensor) => std(of)],
  ["variance", (of: Tensor) => variance(of)],
])("%s takes f32, and says so under its own name", (name, f) => {
  const whole: Tensor<[2], DType> = tensor([1, -2], "i32");
  expect(() => f(whole as Tensor)).toThrow(DTypeError);
  expect(() => f(whole as Tensor)).toThrow(new RegExp(`^${name}: `));
});

test.each([
  [3, Infinity],
  [4, Infinity],
  [3.5, Infinity],
  [Infinity, Infinity],
  [NaN, Infinity],
  [-1, 7 / 6],
  [2.5, 28 / 3],
])("a correction of %d leaves what PyTorch 2.15 leaves", (correction, expected) => {
  const three = tensor([1, 2, 4]);
  expect(variance(three, undefined, { correction }).item()).toBeCloseTo(expected, 5);
  expect(std(three, undefined, { correction }).item()).toBeCloseTo(Math.sqrt(expected), 5);
});

test.each([0, 1, -1])("no elements have no variance, whatever is corrected: %d", (correction) => {
  expect(variance(zeros([0]), undefined, { correction }).item()).toBeNaN();
  expect(std(zeros([0]), undefined, { correction }).item()).toBeNaN();
  expect(std(zeros([2, 0]), 1, { correction }).toArray()).toEqual([NaN, NaN]);
});
