import { expect, test } from "vitest";
import { runAsSaid } from "../../../tests/run-in-clone.ts";
import { kernelNamed } from "./kernels.ts";
import { filter, type Operation } from "./operation.ts";
import { planeProgram, volumeProgram } from "./program.ts";
import { step } from "./samples.ts";
import { filterVolume } from "./volume-operation.ts";
import { EXAMPLES } from "./volume.ts";

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
  { kernel: kernelNamed("sobel.vertical"), mode: "correlation", padding: "valid" },
  { kernel: kernelNamed("roberts.rising"), mode: "convolution", padding: "same" },
  { kernel: [1, 0.5, -3, 2, 0, 0, 0, 0, -1], mode: "convolution", padding: "valid" },
])("the code of $mode, $padding, with $kernel prints what the page shows", (operation) => {
  const { values, columns } = filter(step, operation);
  expect(run(planeProgram(operation))).toEqual(rowsOf(values, columns));
});

test.each(Object.entries(EXAMPLES))("the code of the volume %s prints what the page shows", (_name, colours) => {
  const rows = rowsOf(filterVolume(colours), 4);
  expect(run(volumeProgram(colours))).toEqual([[rows.slice(0, 4), rows.slice(4)]]);
});
