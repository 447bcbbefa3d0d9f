import { inClone } from "../../frame/in-clone.ts";
import { namedLike, SIDE } from "./kernels.ts";
import type { Operation } from "./operation.ts";
import { STEP_ROWS } from "./samples.ts";
import { channelOf, CHANNELS, type Colours, FILTERS, PICTURE_SIDE } from "./volume.ts";

/** The program that does to the picture of six rows what the page does, and prints what comes out. */
export function planeProgram({ kernel, mode, padding }: Operation): string {
  const lay = mode === "convolution" ? "convolve2d" : "correlate2d";
  const named = namedLike(kernel);
  const isOurs = named !== undefined && !named.isEnlarged;
  return `${inClone("edges")}
import { ${lay}, tensor } from "@unfoldjs/tensor-core";
${isOurs ? `import { edgeKernels } from "@unfoldjs/vision-layers";\n` : ""}
const picture = tensor(${written(STEP_ROWS)});
const kernel = tensor(${isOurs ? `edgeKernels.${named.name}` : written(rowsOf(kernel, SIDE))});

const edges = ${lay}(picture, kernel, { padding: "${padding}" });
console.log(JSON.stringify(edges.toArray())); // ${sizes(padding)}
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

function sizes(padding: Operation["padding"]): string {
  return padding === "same" ? "6 × 6 stay 6 × 6" : "6 × 6 become 4 × 4";
}

function rowsOf(values: readonly number[], columns: number): number[][] {
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}

function written(rows: readonly (readonly number[])[], indent = ""): string {
  return `[\n${rows.map((row) => `${indent}  [${row.join(", ")}],\n`).join("")}${indent}]`;
}
