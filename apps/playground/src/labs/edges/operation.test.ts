import { convolve2d, correlate2d, fromArray, memory } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { kernelNamed, namedKernels } from "./kernels.ts";
import { explain, filter, grey, type Operation, type Picture } from "./operation.ts";
import { step } from "./samples.ts";

/** Whole numbers like a photo's, without a pattern that a kernel could hide in. */
const photo: Picture = {
  values: Float32Array.from({ length: 12 * 9 }, (_, i) => (i * i * 37 + 11 * i) % 256),
  rows: 9,
  columns: 12,
  white: 255,
};

const NINE = [1, -2, 3, 0.5, 4, 0, -7, 8, 9];
const TWENTY_FIVE = Array.from({ length: 25 }, (_, i) => ((i * i * 7) % 13) - 6);

const operations: Operation[] = (["correlation", "convolution"] as const).flatMap((mode) =>
  (["valid", "same"] as const).flatMap((padding) =>
    [NINE, TWENTY_FIVE].map((kernel) => ({ measure: "kernel" as const, kernel, mode, padding })),
  ),
);

describe.each(operations)("$mode, $padding, $kernel.length weights", (operation) => {
  test("every number is what its explanation adds up to", () => {
    const { values, rows, columns } = filter(photo, operation);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [explanation] = explain(photo, operation, { row, column }).parts;
        const [channel] = explanation?.channels ?? [];
        const products = [...(channel?.patch ?? [])].map((x, i) => x * (channel?.kernel[i] ?? 0));
        expect([...(channel?.products ?? [])]).toEqual(products);
        expect(explanation?.sum).toBe(values[row * columns + column]);
        expect(products.reduce((sum, product) => sum + product, 0)).toBe(explanation?.sum);
      }
    }
  });

  test("is the library's, with the size that its padding gives", () => {
    const { values, rows, columns, least, most, strongest } = filter(photo, operation);
    const lay = operation.mode === "convolution" ? convolve2d : correlate2d;
    const { padding } = operation;
    const side = Math.sqrt(operation.kernel.length);
    const y = lay(fromArray(photo.values, [9, 12]), fromArray([...operation.kernel], [side, side]), { padding });
    expect([rows, columns]).toEqual(padding === "same" ? [9, 12] : [10 - side, 13 - side]);
    expect([rows, columns]).toEqual(y.shape);
    expect([...values]).toEqual([...y.data()]);
    expect([least, most]).toEqual([Math.min(...values), Math.max(...values)]);
    const farthest = values[strongest.row * columns + strongest.column] ?? 0;
    expect(Math.abs(farthest)).toBe(Math.max(...values.map(Math.abs)));
  });
});

test("a convolution lays the kernel turned by 180°", () => {
  const kernel = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const operation = { measure: "kernel", kernel, mode: "convolution", padding: "valid" } as const;
  const [part] = explain(photo, operation, { row: 2, column: 3 }).parts;
  expect([...(part?.channels[0]?.kernel ?? [])]).toEqual(kernel.toReversed());
});

test("the corner of a padded picture sees zeros outside of it", () => {
  const kernel = kernelNamed("sobel.vertical");
  const operation = { measure: "kernel", kernel, mode: "correlation", padding: "same" } as const;
  const [part] = explain(step, operation, { row: 0, column: 0 }).parts;
  expect([...(part?.channels[0]?.patch ?? [])]).toEqual([0, 0, 0, 0, 10, 10, 0, 10, 10]);
});

test.each([
  { what: "identity", kernel: kernelNamed("plain.identity"), kind: "picture", middle: 6 },
  { what: "box blur", kernel: kernelNamed("blur.box"), kind: "picture", middle: 5 },
  { what: "Gaussian blur", kernel: kernelNamed("blur.gaussian"), kind: "picture", middle: 5.1875 },
  { what: "sharpening", kernel: kernelNamed("plain.sharpen"), kind: "picture", middle: 10 },
  { what: "Laplacian", kernel: kernelNamed("laplacian.fourNeighbours"), kind: "signed", middle: -4 },
] as const)("$what of a bump comes to $middle in its middle, and is $kind", ({ kernel, kind, middle }) => {
  const bump: Picture = { values: Float32Array.from([4, 5, 4, 5, 6, 5, 5, 5, 6]), rows: 3, columns: 3, white: 10 };
  const found = filter(bump, { measure: "kernel", kernel, mode: "correlation", padding: "valid" });
  expect(found.kind).toBe(kind);
  expect(found.values[0]).toBeCloseTo(middle, 6);
});

// A slope of one grey a pixel: Sobel's kernels weigh it by 8.
test.each([
  { to: "the right", shade: (_row: number, column: number) => column, strength: 8, degrees: 0 },
  { to: "the left", shade: (_row: number, column: number) => -column, strength: 8, degrees: 180 },
  { to: "the top", shade: (row: number) => -2 * row, strength: 16, degrees: 90 },
  {
    to: "the lower right",
    shade: (row: number, column: number) => row + column,
    strength: Math.hypot(8, 8),
    degrees: -45,
  },
])("what gets brighter to $to has that direction", ({ shade, strength, degrees }) => {
  const values = Float32Array.from({ length: 25 }, (_, i) => shade(Math.floor(i / 5), i % 5));
  const picture: Picture = { values, rows: 5, columns: 5, white: 10 };
  const operation = { kernel: NINE, mode: "convolution", padding: "valid" } as const;
  const steep = filter(picture, { ...operation, measure: "strength" });
  const turned = filter(picture, { ...operation, measure: "direction" });
  expect([steep.rows, steep.columns]).toEqual([3, 3]);
  for (const x of steep.values) expect(x).toBeCloseTo(strength, 4);
  for (const x of turned.values) expect(Math.abs(x)).toBeCloseTo(Math.abs(degrees), 4);
  const explained = explain(picture, { ...operation, measure: "direction" }, { row: 1, column: 1 });
  expect(explained.parts.map(({ sum }) => sum)).toHaveLength(2);
  expect(explained.gradient?.strength).toBeCloseTo(strength, 4);
  expect(Math.cos(((explained.gradient?.degrees ?? NaN) - degrees) * (Math.PI / 180))).toBeCloseTo(1, 6);
});

test("where a picture is flat there is no direction", () => {
  const operation = { measure: "direction", kernel: NINE, mode: "correlation", padding: "valid" } as const;
  const { values, strongest } = filter(step, operation);
  const row = [NaN, 180, 180, NaN]; // bright on the left
  expect([...values].map(Math.abs)).toEqual([...row, ...row, ...row, ...row]);
  expect(strongest).toEqual({ row: 0, column: 1 });
});

test("grey weighs red, green and blue as Rec. 709 does", () => {
  const bytes = Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
  expect([...grey({ bytes, width: 4, height: 1 }).values]).toEqual([54, 182, 18, 255]);
});

test("keeps no memory, whatever it computes", () => {
  const before = memory();
  for (const { kernel } of namedKernels) {
    for (const operation of operations) {
      for (const measure of ["kernel", "strength", "direction"] as const) {
        filter(photo, { ...operation, kernel, measure });
        explain(photo, { ...operation, kernel, measure }, { row: 1, column: 1 });
      }
    }
  }
  expect(memory().tensors).toBe(before.tensors);
  expect(memory().bytes).toBe(before.bytes);
});
