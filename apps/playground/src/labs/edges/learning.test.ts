import { memory } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { kernelNamed, type Kernel } from "./kernels.ts";
import { begin, descend } from "./descent.ts";
import { distanceOf, type Found, type Learning, MOST_STEPS, standingOf } from "./learning.ts";
import type { Picture } from "./operation.ts";
import { step } from "./samples.ts";
import { explainWeight } from "./weight-origin.ts";

/** Waves and a little noise: smooth, as photos are. */
const photo: Picture = {
  values: Float32Array.from({ length: 24 * 32 }, (_, i) => {
    const [row, column] = [Math.floor(i / 32), i % 32];
    return Math.round(120 + 60 * Math.sin(row / 2) + 40 * Math.cos(column / 1.5) + ((i * i * 37 + 11 * i) % 29));
  }),
  rows: 24,
  columns: 32,
  white: 255,
};

const usual: Learning = { rate: 0.1, momentum: 0.9, seed: 1 };

function learn(picture: Picture, target: Kernel, settings: Learning, steps: number): Found & { distance: number } {
  const found = descend({ picture, target }, settings, begin(target.length, settings.seed), steps);
  return { ...found, distance: distanceOf(found.kernel, target) };
}

test.each(["sobel.vertical", "laplacian.fourNeighbours", "blur.box", "plain.sharpen"])(
  "%s is found from a picture and its edges",
  (name) => {
    const { losses, distance } = learn(photo, kernelNamed(name), usual, 1000);
    expect(distance).toBeLessThan(0.005);
    expect(standingOf(losses, distance)).toBe("found");
  },
);

test("a kernel of 25 numbers comes nearer with the same rate", () => {
  const target = Array.from({ length: 25 }, (_, i) => ((i * 7) % 5) - 2);
  const { losses, distance } = learn(photo, target, usual, 1000);
  expect(losses.at(-1)).toBeLessThan(1e-3 * (losses[0] ?? NaN));
  expect(distance).toBeLessThan(0.5);
});

test("the same settings have the same numbers, however the steps are cut", () => {
  const target = kernelNamed("sobel.horizontal");
  const whole = learn(photo, target, usual, 40);
  let found = begin(9, usual.seed);
  const losses: number[] = [];
  for (const steps of [1, 2, 7, 30]) {
    found = descend({ picture: photo, target }, usual, found, steps);
    losses.push(...found.losses);
  }
  expect(losses).toEqual(whole.losses);
  expect(found.kernel).toEqual(whole.kernel);
  expect(learn(photo, target, { ...usual, seed: 2 }, 40).kernel).not.toEqual(whole.kernel);
});

test("the first step goes against the slope, which finite differences have too", () => {
  const target = kernelNamed("sobel.vertical");
  const settings = { ...usual, momentum: 0 };
  const start = begin(9, 3);
  const [mean, n] = [photo.values.reduce((sum, x) => sum + x, 0) / photo.values.length, photo.values.length];
  const deviation = Math.sqrt(photo.values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
  /** The loss in f64, with plain loops. */
  const lossOf = (kernel: readonly number[]): number => {
    let total = 0;
    for (let row = 0; row < 22; row++) {
      for (let column = 0; column < 30; column++) {
        let difference = 0;
        for (let i = 0; i < 9; i++) {
          const x = ((photo.values[(row + Math.floor(i / 3)) * 32 + column + (i % 3)] ?? 0) - mean) / deviation;
          difference += ((kernel[i] ?? 0) - (target[i] ?? 0)) * x;
        }
        total += difference ** 2;
      }
    }
    return total / (22 * 30);
  };
  const kernel = [...start.kernel];
  const after = descend({ picture: photo, target }, settings, start, 1);
  expect(after.losses[0]).toBeCloseTo(lossOf(kernel), 3);
  for (const [i, weight] of kernel.entries()) {
    const slope = (lossOf(kernel.with(i, weight + 1e-4)) - lossOf(kernel.with(i, weight - 1e-4))) / 2e-4;
    expect(after.kernel[i]).toBeCloseTo(weight - settings.rate * slope, 3);
  }
});

test.each([
  { target: kernelNamed("sobel.vertical"), at: { row: 0, column: 2 } },
  { target: Array.from({ length: 25 }, (_, i) => ((i * 7) % 5) - 2), at: { row: 3, column: 1 } },
])("a number's next step is the mean of its products, and what the search then does ($at)", ({ target, at }) => {
  const task = { picture: photo, target };
  const found = descend(task, usual, begin(target.length, 4), 3);
  const origin = explainWeight(task, usual, found, at);
  const side = Math.sqrt(target.length);
  const i = at.row * side + at.column;
  expect([origin.rows, origin.columns]).toEqual([24 - side + 1, 32 - side + 1]);
  expect(origin.products).toHaveLength(origin.rows * origin.columns);

  // Each square by plain loops in f64, with the picture in standard deviations from its mean.
  const mean = photo.values.reduce((sum, x) => sum + x, 0) / photo.values.length;
  const deviation = Math.sqrt(photo.values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / photo.values.length);
  const pixel = (row: number, column: number): number => ((photo.values[row * 32 + column] ?? NaN) - mean) / deviation;
  let total = 0;
  for (let row = 0; row < origin.rows; row++) {
    for (let column = 0; column < origin.columns; column++) {
      const off = target.reduce(
        (sum, wanted, w) =>
          sum + ((found.kernel[w] ?? NaN) - wanted) * pixel(row + Math.floor(w / side), column + (w % side)),
        0,
      );
      const square = row * origin.columns + column;
      const under = pixel(row + at.row, column + at.column);
      expect(origin.under[square]).toBeCloseTo(under, 4);
      expect(origin.off[square]).toBeCloseTo(2 * off, 4);
      expect(origin.products[square]).toBeCloseTo(2 * off * under, 3);
      total += 2 * off * under;
    }
  }
  expect(origin.slope).toBeCloseTo(total / (origin.rows * origin.columns), 4);

  const next = descend(task, usual, found, 1);
  expect(origin.before).toEqual({ weight: found.kernel[i], velocity: found.velocity[i] });
  expect(origin.after).toEqual({ weight: next.kernel[i], velocity: next.velocity[i] });
  expect(origin.after.velocity).toBeCloseTo(usual.momentum * origin.before.velocity + origin.slope, 5);
});

describe("how it stands", () => {
  test("nothing done is a beginning", () => expect(standingOf([], Infinity)).toBe("begun"));

  test("a rate that is too large flies apart, and says so before it overflows", () => {
    const { losses, distance, kernel } = learn(photo, kernelNamed("sobel.vertical"), { ...usual, rate: 0.5 }, 200);
    expect(standingOf(losses, distance)).toBe("diverged");
    expect(losses.length).toBeLessThan(200);
    expect(kernel.every(Number.isFinite)).toBe(true);
  });

  test("a picture whose rows are alike has many kernels for the same edges", () => {
    const { losses, distance } = learn(step, kernelNamed("sobel.vertical"), usual, 1500);
    expect(standingOf(losses, distance)).toBe("alike");
    expect(distance).toBeGreaterThan(0.1);
  });

  test("a picture of one grey has no edges to learn from", () => {
    const flat: Picture = { values: new Float32Array(36).fill(7), rows: 6, columns: 6, white: 10 };
    const { losses, distance } = learn(flat, kernelNamed("sobel.vertical"), usual, 3);
    expect(standingOf(losses, distance)).toBe("alike");
  });

  test("what does not arrive is given up", () => {
    expect(
      standingOf(
        Array.from({ length: MOST_STEPS }, () => 0.1),
        1,
      ),
    ).toBe("given up");
    expect(standingOf([2, 0.1], 1)).toBe("near");
  });
});

test("keeps no memory", () => {
  const before = memory();
  learn(photo, kernelNamed("sobel.vertical"), usual, 5);
  expect(memory().tensors).toBe(before.tensors);
  expect(memory().bytes).toBe(before.bytes);
});
