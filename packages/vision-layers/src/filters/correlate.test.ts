import { Generator, memory, scope, ShapeError, tensor, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { distance } from "../testing/drawn.ts";
import { convolve, correlate } from "./correlate.ts";

const full = { padding: "full" } as const;
const drawn = (seed: number, ...shape: number[]): Tensor => new Generator(seed).normal(shape);
const apart = (a: Tensor, b: Tensor): number => distance([...a.data()], [...b.data()]);

const notes = tensor([
  [3, 4, 5],
  [1, 0, 2],
  [-1, 9, 7],
]);

describe("the notes' kernel", () => {
  test("flips along both axes", () => {
    const flipped = tensor([
      [7, 9, -1],
      [2, 0, 1],
      [5, 4, 3],
    ]);
    const image = drawn(1, 6, 6);
    expect(convolve(image, notes).toArray()).toEqual(correlate(image, flipped).toArray());
    expect(apart(convolve(image, notes), correlate(image, notes))).toBeGreaterThan(0.1);
  });

  test("is what convolution makes of one bright pixel, and its mirror image what correlation makes", () => {
    const pixel = zeros([5, 5]);
    pixel.at(2, 2).assign(tensor(1));
    expect(convolve(pixel, notes).toArray()).toEqual(notes.toArray());
    expect(correlate(pixel, notes).toArray()).toEqual(notes.flip().toArray());
  });
});

describe("by hand, as NumPy's convolve and correlate", () => {
  const [x, kernel] = [tensor([1, 2, 3]), tensor([0, 1, 0.5])];
  test.each([
    [convolve, "full", [0, 1, 2.5, 4, 1.5]],
    [convolve, "same", [1, 2.5, 4]],
    [convolve, "valid", [2.5]],
    [correlate, "full", [0.5, 2, 3.5, 3, 0]],
    [correlate, "same", [2, 3.5, 3]],
    [correlate, "valid", [3.5]],
  ] as const)("%o %s", (lay, padding, wanted) => {
    expect(lay(x, kernel, { padding }).toArray()).toEqual(wanted);
  });

  test("volumes", () => {
    const volume = tensor([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]);
    expect(correlate(volume, volume).toArray()).toEqual([[[204]]]); // 1² + … + 8²
    expect(convolve(volume, volume).toArray()).toEqual([[[120]]]); // 2 · (1·8 + 2·7 + 3·6 + 4·5)
    expect(convolve(volume, volume, full).shape).toEqual([3, 3, 3]);
  });
});

describe.each([
  { axes: 1, x: [9], a: [3], b: [4] },
  { axes: 2, x: [7, 8], a: [3, 2], b: [2, 4] },
  { axes: 3, x: [4, 5, 6], a: [2, 3, 2], b: [3, 2, 2] },
])("in $axes axes", (shapes) => {
  const [x, a, b] = [drawn(1, ...shapes.x), drawn(2, ...shapes.a), drawn(3, ...shapes.b)];

  test("convolution is correlation with the flipped kernel", () => {
    for (const options of [{}, full, { stride: 2, padding: 1 }, { dilation: 2, padding: "full" }] as const) {
      expect(apart(convolve(x, a, options), correlate(x, a.flip(), options))).toBeLessThan(1e-6);
    }
  });

  test("convolution commutes, correlation does not", () => {
    expect(apart(convolve(x, a, full), convolve(a, x, full))).toBeLessThan(1e-6);
    expect(apart(correlate(x, a, full), correlate(a, x, full))).toBeGreaterThan(0.1);
    expect(apart(correlate(x, a, full), correlate(a, x, full).flip())).toBeLessThan(1e-6); // it mirrors its result
  });

  test("convolution associates, correlation does not", () => {
    const together = convolve(x, convolve(a, b, full), full);
    expect(apart(convolve(convolve(x, a, full), b, full), together)).toBeLessThan(1e-6);
    const inTurn = correlate(correlate(x, a, full), b, full);
    expect(apart(inTurn, correlate(x, correlate(a, b, full), full))).toBeGreaterThan(0.1);
    // Correlated in turn, kernels have to be convolved with each other to do it at once.
    expect(apart(inTurn, correlate(x, convolve(a, b, full), full))).toBeLessThan(1e-6);
  });
});

test("what does not fit is refused, and nothing but the result kept", () => {
  expect(() => correlate(notes, tensor([1, 2]))).toThrow(ShapeError);
  expect(() => convolve(zeros([1, 1, 3, 3]), zeros([1, 1, 2, 2]))).toThrow(/convolve: .*one axis, two or three/);
  expect(() => correlate(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(/^correlate/);
  expect(() => correlate(tensor([1, 2]), tensor([1]), { dilation: 0, padding: "full" })).toThrow(
    /correlate: .*dilation/,
  );
  scope(() => {
    const before = memory().tensors;
    convolve(notes, notes, full);
    expect(memory().tensors).toBe(before + 1);
  });
});
