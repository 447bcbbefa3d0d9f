import { Generator, scope } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { runAsSaid } from "../../../tests/run-in-clone.ts";
import { kernelNamed } from "./kernels.ts";
import { begin, descend } from "./descent.ts";
import { filter, type Operation } from "./operation.ts";
import { learningProgram, planeProgram, slidingProgram, volumeProgram } from "./program.ts";
import { step } from "./samples.ts";
import { slide } from "./sliding-operation.ts";
import { filterVolume } from "./volume-operation.ts";
import { EXAMPLES, FILTER_EXAMPLES, type Filters } from "./volume.ts";

/** What a program prints, run as its first lines say. */
function run(program: string): unknown {
  return JSON.parse(runAsSaid(program));
}

function rowsOf(values: Float32Array, columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.slice(row * columns, (row + 1) * columns)),
  );
}

test.each<Operation>([
  { measure: "kernel", kernel: kernelNamed("sobel.vertical"), mode: "correlation", padding: "valid" },
  { measure: "kernel", kernel: kernelNamed("blur.gaussian"), mode: "correlation", padding: "valid" },
  {
    measure: "kernel",
    kernel: Array.from({ length: 25 }, (_, i) => (i % 7) - 3),
    mode: "correlation",
    padding: "same",
  },
  { measure: "kernel", kernel: kernelNamed("roberts.rising"), mode: "convolution", padding: "same" },
  { measure: "kernel", kernel: [1, 0.5, -3, 2, 0, 0, 0, 0, -1], mode: "convolution", padding: "valid" },
])("the code of $mode, $padding, with $kernel prints what the page shows", (operation) => {
  const { values, columns } = filter(step, operation);
  expect(run(planeProgram(operation))).toEqual(rowsOf(values, columns));
});

test("the code of a kernel that six rows have no place for takes a larger picture", () => {
  const kernel = Array.from({ length: 49 }, (_, i) => (i % 7) - 3);
  const rows = 8;
  const values = Float32Array.from({ length: rows * rows }, (_, i) => (i % rows < rows / 2 ? 10 : 0));
  const operation = { measure: "kernel", kernel, mode: "correlation", padding: "valid" } as const;
  const found = filter({ values, rows, columns: rows, white: 10 }, operation);
  expect(run(planeProgram(operation))).toEqual(rowsOf(found.values, found.columns));
});

test("the code of a gradient prints what the page shows: strengths, and directions where there is one", () => {
  const operation = { kernel: kernelNamed("sobel.vertical"), mode: "correlation", padding: "same" } as const;
  const [strength, degrees] = run(planeProgram({ ...operation, measure: "strength" })) as number[][][];
  const steep = filter(step, { ...operation, measure: "strength" });
  expect(strength).toEqual(rowsOf(steep.values, steep.columns));
  const turned = filter(step, { ...operation, measure: "direction" });
  // The page leaves out what is too flat to have a direction, the program does not.
  const seen = (degrees ?? []).flat().map((x, i) => (Number.isNaN(turned.values[i]) ? NaN : x));
  expect(seen).toEqual([...turned.values]);
});

test.each(Object.entries(EXAMPLES))("the code of the volume %s prints what the page shows", (_name, colours) => {
  const rows = rowsOf(filterVolume(colours, FILTER_EXAMPLES.every), 4);
  expect(run(volumeProgram(colours, FILTER_EXAMPLES.every))).toEqual([[rows.slice(0, 4), rows.slice(4)]]);
});

test.each([
  { n: 6, f: 3, p: 1, s: 1, d: 1 },
  { n: 8, f: 3, p: 2, s: 3, d: 2 },
])("the code of sliding with %j prints what comes out and how often each pixel is used", (layout) => {
  const { output, uses } = slide(layout);
  const side = Math.sqrt(output.length);
  expect(run(slidingProgram(layout))).toEqual([[[rowsOf(output, side)]], [[rowsOf(uses, layout.n)]]]);
});

test.each([
  { target: kernelNamed("sobel.vertical"), settings: { rate: 0.1, momentum: 0.9, seed: 4 } },
  { target: Array.from({ length: 25 }, (_, i) => (i % 3) / 2), settings: { rate: 0.2, momentum: 0, seed: 1 } },
])("the code of learning $target.length numbers with $settings finds what the page finds", ({ target, settings }) => {
  const values = scope(() => new Generator(2).uniform([32, 32]).data());
  const picture = { values, rows: 32, columns: 32, white: 1 };
  const { kernel } = descend({ picture, target }, settings, begin(target.length, settings.seed), 60);
  const printed = run(learningProgram(target, settings, 60)) as number[][];
  expect(printed.flat()).toHaveLength(target.length);
  for (const [i, weight] of printed.flat().entries()) expect(weight).toBeCloseTo(kernel[i] ?? NaN, 4);
});

test("the code of filters of one's own prints what the page shows", () => {
  const filters: Filters = [FILTER_EXAMPLES.red[0].with(13, 1 / 9), FILTER_EXAMPLES.red[1].with(20, -4)];
  const rows = rowsOf(filterVolume(EXAMPLES.square, filters), 4);
  expect(run(volumeProgram(EXAMPLES.square, filters))).toEqual([[rows.slice(0, 4), rows.slice(4)]]);
});
