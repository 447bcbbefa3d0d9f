import { inClone } from "../../frame/in-clone.ts";
import { type Kernel, namedLike, sideOf } from "./kernels.ts";
import type { Operation } from "./operation.ts";
import { STEP_ROWS, stepRows } from "./samples.ts";
import { weightTexts } from "./weights.ts";
import { channelOf, CHANNELS, type Colours, FILTERS, PICTURE_SIDE } from "./volume.ts";

/** The program that does to a picture of six rows, or as many as the kernel needs, what the page does. It prints what comes out. */
export function planeProgram({ measure, kernel, mode, padding }: Operation): string {
  return measure === "kernel" ? kernelProgram(kernel, mode, padding) : gradientProgram(padding);
}

function kernelProgram(kernel: Kernel, mode: Operation["mode"], padding: Operation["padding"]): string {
  const lay = mode === "convolution" ? "convolve2d" : "correlate2d";
  const named = namedLike(kernel);
  const isOurs = named?.isOurs === true;
  const rows = stepRows(sideOf(kernel));
  return `${inClone("edges")}
import { ${lay}, tensor } from "@unfoldjs/tensor-core";
${isOurs ? `import { edgeKernels } from "@unfoldjs/vision-layers";\n` : ""}
const picture = tensor(${written(rows)});
const kernel = tensor(${isOurs ? `edgeKernels.${named.name}` : written(weightRows(kernel))});

const edges = ${lay}(picture, kernel, { padding: "${padding}" });
console.log(JSON.stringify(edges.toArray())); // ${sizes(rows.length, sideOf(kernel), padding)}
`;
}

/** The strength in each place, and the direction in degrees. */
function gradientProgram(padding: Operation["padding"]): string {
  return `${inClone("edges")}
import { atan2, correlate2d, tensor } from "@unfoldjs/tensor-core";
import { edgeKernels } from "@unfoldjs/vision-layers";

const picture = tensor(${written(STEP_ROWS)});
const { vertical, horizontal } = edgeKernels.sobel;
const across = correlate2d(picture, tensor(vertical), { padding: "${padding}" }); // the left is brighter
const down = correlate2d(picture, tensor(horizontal), { padding: "${padding}" }); // the upper side is

const strength = across.square().add(down.square()).sqrt();
const degrees = atan2(down, across.neg()).mul(180 / Math.PI); // 0: brighter to the right, 90: upwards
console.log(JSON.stringify([strength.toArray(), degrees.toArray()])); // ${sizes(STEP_ROWS.length, 3, padding)}
`;
}

/** The program that lays both filters on a picture of three channels. */
export function volumeProgram(colours: Colours): string {
  const channels = CHANNELS.map(
    (name, i) => `  ${written(rowsOf(channelOf(colours, i), PICTURE_SIDE), "  ")}, // ${name}`,
  );
  const filters = FILTERS.map(({ form }) => `edgeKernels.prewitt.${form}`);
  return `${inClone("edges")}
import { conv2d, tensor } from "@unfoldjs/tensor-core";
import { edgeKernels } from "@unfoldjs/vision-layers";

const picture = tensor([
${channels.join("\n")}
]);
const filters = tensor([
${filters.map((kernel) => `  [${CHANNELS.map(() => kernel).join(", ")}],`).join("\n")}
]);

const edges = conv2d(picture.unsqueeze(0), filters); // (1, 3, 6, 6) and (2, 3, 3, 3) make (1, 2, 4, 4)
console.log(JSON.stringify(edges.toArray()));
`;
}

function sizes(rows: number, side: number, padding: Operation["padding"]): string {
  const left = rows - side + 1;
  return padding === "same" ? `${rows} × ${rows} stay ${rows} × ${rows}` : `${rows} × ${rows} become ${left} × ${left}`;
}

/** As a program has them: 1/9 is a number there too. */
function weightRows(kernel: Kernel): string[][] {
  return rowsOf(
    weightTexts(kernel).map((text) => text.replace("−", "-").replace("/", " / ")),
    sideOf(kernel),
  );
}

function rowsOf<Value>(values: readonly Value[], columns: number): Value[][] {
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}

function written(rows: readonly (readonly (number | string)[])[], indent = ""): string {
  return `[\n${rows.map((row) => `${indent}  [${row.join(", ")}],\n`).join("")}${indent}]`;
}
