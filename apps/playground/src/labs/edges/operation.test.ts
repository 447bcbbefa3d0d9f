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

const operations: Operation[] = (["correlation", "convolution"] as const).flatMap((mode) =>
  (["valid", "same"] as const).map((padding) => ({ kernel: [1, -2, 3, 0.5, 4, 0, -7, 8, 9], mode, padding })),
);

describe.each(operations)("$mode, $padding", (operation) => {
  test("every number is what its explanation adds up to", () => {
    const { values, rows, columns } = filter(photo, operation);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const explanation = explain(photo, operation, { row, column });
        const [channel] = explanation.channels;
        const products = [...(channel?.patch ?? [])].map((x, i) => x * (channel?.kernel[i] ?? 0));
        expect([...(channel?.products ?? [])]).toEqual(products);
        expect(explanation.sum).toBe(values[row * columns + column]);
        expect(products.reduce((sum, product) => sum + product, 0)).toBe(explanation.sum);
      }
    }
  });

  test("is the library's, with the size that its padding gives", () => {
    const { values, rows, columns, least, most, strongest } = filter(photo, operation);
    const lay = operation.mode === "convolution" ? convolve2d : correlate2d;
    const { padding } = operation;
    const y = lay(fromArray(photo.values, [9, 12]), fromArray([...operation.kernel], [3, 3]), { padding });
    expect([rows, columns]).toEqual(padding === "same" ? [9, 12] : [7, 10]);
    expect([rows, columns]).toEqual(y.shape);
    expect([...values]).toEqual([...y.data()]);
    expect([least, most]).toEqual([Math.min(...values), Math.max(...values)]);
    const farthest = values[strongest.row * columns + strongest.column] ?? 0;
    expect(Math.abs(farthest)).toBe(Math.max(...values.map(Math.abs)));
  });
});

test("a convolution lays the kernel turned by 180°", () => {
  const kernel = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const { channels } = explain(photo, { kernel, mode: "convolution", padding: "valid" }, { row: 2, column: 3 });
  expect([...(channels[0]?.kernel ?? [])]).toEqual(kernel.toReversed());
});

test("the corner of a padded picture sees zeros outside of it", () => {
  const operation = { kernel: kernelNamed("sobel.vertical"), mode: "correlation", padding: "same" } as const;
  expect([...(explain(step, operation, { row: 0, column: 0 }).channels[0]?.patch ?? [])]).toEqual([
    0, 0, 0, 0, 10, 10, 0, 10, 10,
  ]);
});

test("grey weighs red, green and blue as Rec. 709 does", () => {
  const bytes = Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
  expect([...grey({ bytes, width: 4, height: 1 }).values]).toEqual([54, 182, 18, 255]);
});

test("keeps no memory, whatever it computes", () => {
  const before = memory();
  for (const { kernel } of namedKernels) {
    for (const operation of operations) {
      filter(photo, { ...operation, kernel });
      explain(photo, { ...operation, kernel }, { row: 1, column: 1 });
    }
  }
  expect(memory().tensors).toBe(before.tensors);
  expect(memory().bytes).toBe(before.bytes);
});
