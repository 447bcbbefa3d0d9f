import { correlate2d, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { edgeKernels, type KernelRows } from "./edge-kernels.ts";

/** Bright on the left, dark on the right: Ng's example. */
const step = tensor(Array.from({ length: 6 }, () => [10, 10, 10, 0, 0, 0]));
const flat = tensor(Array.from({ length: 6 }, () => [7, 7, 7, 7, 7, 7]));

const response = (image: typeof step, kernel: KernelRows): number[] => [...correlate2d(image, tensor(kernel)).data()];

const { prewitt, sobel, scharr, roberts, laplacian } = edgeKernels;
const all = [prewitt, sobel, scharr, roberts, laplacian].flatMap((forms) => Object.values(forms) as KernelRows[]);

test("the first example of Ng's course: 30 where the edge is, 0 beside it", () => {
  expect(correlate2d(step, tensor(prewitt.vertical)).toArray()).toEqual(
    Array.from({ length: 4 }, () => [0, 30, 30, 0]),
  );
});

describe.each([
  { name: "Prewitt", forms: prewitt, strength: 30 },
  { name: "Sobel", forms: sobel, strength: 40 },
  { name: "Scharr", forms: scharr, strength: 160 },
])("$name", ({ forms, strength }) => {
  test("each form finds its own edge, with its strength, and not the other's", () => {
    expect(Math.max(...response(step, forms.vertical))).toBe(strength);
    expect(Math.max(...response(step.transpose(), forms.horizontal))).toBe(strength);
    expect(response(step, forms.horizontal).every((x) => x === 0)).toBe(true);
    expect(response(step.transpose(), forms.vertical).every((x) => x === 0)).toBe(true);
  });
});

test("Roberts' forms each find the diagonal that they are named after", () => {
  const size = [0, 1, 2, 3, 4, 5];
  const rising = tensor(size.map((row) => size.map((column) => (row + column < 5 ? 10 : 0))));
  const falling = tensor(size.map((row) => size.map((column) => (column > row ? 10 : 0))));
  expect(Math.max(...response(rising, roberts.rising))).toBe(10);
  expect(response(falling, roberts.rising).every((x) => x === 0)).toBe(true);
  expect(Math.max(...response(falling, roberts.falling))).toBe(10);
  expect(response(rising, roberts.falling).every((x) => x === 0)).toBe(true);
});

test("a Laplacian is positive on the dark side and negative on the bright", () => {
  const { fourNeighbours, eightNeighbours } = laplacian;
  expect(response(step, fourNeighbours).slice(0, 4)).toEqual([0, -10, 10, 0]);
  expect(response(step, eightNeighbours).slice(0, 4)).toEqual([0, -30, 30, 0]);
});

test.each(all.map((kernel) => ({ kernel })))("$kernel finds nothing in an even picture", ({ kernel }) => {
  expect(response(flat, kernel).every((x) => x === 0)).toBe(true);
});
