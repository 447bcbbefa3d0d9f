import { clamp, maximum, minimum, type Shape, tensor, type Tensor, topk } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { inBalance } from "../../in-balance.ts";
import { grad } from "../../transforms/grad.ts";
import { hvp } from "../../transforms/hvp.ts";
import { jvp } from "../../transforms/jvp.ts";

const half = (x: Tensor): Tensor => x.square().mul(0.5);
const zero = (x: Tensor): Tensor => x.mul<Shape, []>(0);

/** Functions made of straight pieces, and half their square: its second derivative is the square of the slope. */
const pieces: readonly [string, (x: Tensor) => Tensor, readonly number[]][] = [
  // Their slopes at ∞, −∞, 2 and −3, by PyTorch.
  ["abs", (x) => x.abs(), [1, -1, 1, -1]],
  ["relu", (x) => x.relu(), [1, 0, 1, 0]],
  ["leaky relu", (x) => x.relu().sub(x.neg().relu().mul(0.5)), [1, 0.5, 1, 0.5]],
  ["clamp to 1", (x) => clamp(x, -1, 1), [0, 0, 0, 0]],
  ["clamp to 10", (x) => clamp(x, -10, 10), [0, 0, 1, 1]],
  ["maximum", (x) => maximum(x, tensor(0)), [1, 0, 1, 0]],
  ["minimum", (x) => minimum(x, tensor(0)), [0, 1, 0, 1]],
  ["sort", (x) => x.sort().values, [1, 1, 1, 1]],
  ["topk", (x) => topk(x, 4).values, [1, 1, 1, 1]],
  ["max", (x) => x.max(), [1, 0, 0, 0]],
  ["min", (x) => x.min(), [0, 1, 0, 0]],
  ["norm", (x) => x.norm(Infinity), [0.5, -0.5, 0, 0]],
];

describe("at infinities", () => {
  const points = [Infinity, -Infinity, 2, -3];
  const directions = [1, 10, 100, 1000];

  test.each(pieces)("%s has its slopes back and forward, and is straight in second order", (_, f, slopes) =>
    inBalance(() => {
      const [x, v] = [tensor(points), tensor(directions)];
      const sum = (at: Tensor): Tensor => f(at).sum();
      expect(numbers(grad(sum)(x))).toEqual(slopes);
      const along = slopes.reduce((total, slope, i) => total + slope * (directions[i] ?? 0), 0);
      expect(jvp(sum, x, v).tangent.item()).toBe(along);
      for (const found of everySecond(sum, x, v)) expect(found).toEqual([0, 0, 0, 0]);
    })(),
  );

  test.each(pieces.slice(0, 7))("%s squared has the square of its slope as its curvature", (_, f, slopes) =>
    inBalance(() => {
      const [x, v] = [tensor(points), tensor(directions)];
      const wanted = slopes.map((slope, i) => slope ** 2 * (directions[i] ?? 0));
      for (const found of everySecond((at) => half(f(at)).sum(), x, v)) expect(found).toEqual(wanted);
    })(),
  );
});

test(
  "what is constant in pieces is followed all the same: its gradient is 0, and is there",
  inBalance(() => {
    const x = tensor([1.5, -Infinity]);
    for (const f of [(at: Tensor) => at.sign(), (at: Tensor) => at.floor(), (at: Tensor) => at.step()]) {
      expect(grad((at: Tensor) => f(at).sum())(x).toArray()).toEqual([0, 0]);
      expect(jvp(f, x, tensor([1, 1])).tangent.toArray()).toEqual([0, 0]);
    }
    expect(zero(tensor([Infinity])).item()).toBeNaN(); // which is why no zero goes forward
  }),
);

/** H v: forward over reverse, reverse over reverse, reverse over forward. */
function everySecond(f: (x: Tensor) => Tensor, x: Tensor, v: Tensor): number[][] {
  const ways = [
    hvp(f, x, v),
    grad((at: Tensor) => grad(f)(at).mul(v).sum())(x),
    grad((at: Tensor) => jvp(f, at, v).tangent.sum())(x),
  ];
  return ways.map(numbers);
}

/** Elements, with −0 as 0. */
function numbers(x: Tensor): number[] {
  return Array.from(x.data(), (value) => value + 0);
}

describe.each([0.25, 0.5, 1, 1.5, 2, 3, 64, 65, 100, 1e4, Infinity])("the gradient of a norm of order %s", (p) => {
  const slopes = (values: readonly number[]): readonly number[] =>
    numbers(grad((x: Tensor) => x.norm(p))(tensor(values)));

  test(
    "is 0 at 0",
    inBalance(() => {
      expect(slopes([0, 0, -0]).map(Math.abs)).toEqual([0, 0, 0]);
      const beside = slopes([0, 0, -3]);
      expect(beside.slice(0, 2).map(Math.abs)).toEqual([0, 0]);
      expect(beside[2]).toBeCloseTo(-1, 5);
    }),
  );

  test(
    "is the same at any scale",
    inBalance(() => {
      // (|x| / norm)^(p − 1), taken from a norm in f64.
      const powers = [1, -2, 3].map((x) => Math.sign(x) * (Math.abs(x) / length([1, 2, 3], p)) ** (p - 1));
      const wanted = p === Infinity ? [0, 0, 1] : powers;
      for (const unit of [1e-30, 1, 1e30]) {
        const found = slopes([unit, -2 * unit, 3 * unit]);
        for (const [i, slope] of wanted.entries()) {
          expect(Math.abs((found[i] ?? NaN) - slope)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
        }
      }
    }),
  );
});

test(
  "the gradient of a norm of an order below 1 holds for elements of very different sizes",
  inBalance(() => {
    // (norm / x)^½: those by PyTorch.
    const found = numbers(grad((x: Tensor) => x.norm(0.5))(tensor([1e-30, 1e30, 1])));
    for (const [i, wanted] of [1e30, 1, 1e15].entries()) expect((found[i] ?? NaN) / wanted).toBeCloseTo(1, 4);
  }),
);

function length(sizes: readonly number[], p: number): number {
  const largest = Math.max(...sizes);
  return largest * sizes.reduce((total, size) => total + (size / largest) ** p, 0) ** (1 / p);
}
