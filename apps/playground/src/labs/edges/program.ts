import { inClone } from "../../frame/in-clone.ts";
import { type Kernel, namedLike, SIDE, sideOf } from "./kernels.ts";
import type { Learning } from "./learning.ts";
import type { Operation } from "./operation.ts";
import { STEP_ROWS, stepRows } from "./samples.ts";
import { halves, type Layout, outputSide, reachOf, verticalFilter } from "./sliding.ts";
import { weightTexts } from "./weights.ts";
import { channelOf, CHANNELS, type Colours, exampleOf, type Filters, kernelOf, PICTURE_SIDE } from "./volume.ts";

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
export function volumeProgram(colours: Colours, filters: Filters): string {
  const channels = CHANNELS.map(
    (name, i) => `  ${written(rowsOf(channelOf(colours, i), PICTURE_SIDE), "  ")}, // ${name}`,
  );
  const isOurs = exampleOf(filters) === "every";
  const weights = isOurs
    ? ["vertical", "horizontal"].map((form) => `  [${CHANNELS.map(() => `edgeKernels.prewitt.${form}`).join(", ")}],`)
    : filters.map((filter) => {
        const kernels = CHANNELS.map((_, channel) => `    ${written(weightRows(kernelOf(filter, channel)), "    ")},`);
        return `  [\n${kernels.join("\n")}\n  ],`;
      });
  return `${inClone("edges")}
import { conv2d, tensor } from "@unfoldjs/tensor-core";
${isOurs ? `import { edgeKernels } from "@unfoldjs/vision-layers";\n` : ""}
const picture = tensor([
${channels.join("\n")}
]);
const filters = tensor([
${weights.join("\n")}
]);

const edges = conv2d(picture.unsqueeze(0), filters); // (1, 3, 6, 6) and (2, 3, 3, 3) make (1, 2, 4, 4)
console.log(JSON.stringify(edges.toArray()));
`;
}

/** The program that slides the filter over the picture, and counts in how many windows each pixel is. */
export function slidingProgram(layout: Layout): string {
  const { n, f, p, s, d } = layout;
  const side = outputSide(layout);
  const room = `${n} + 2·${p} − ${d === 1 ? f : reachOf(layout)}`;
  const options = `{ padding: ${p}, stride: ${s}, dilation: ${d} }`;
  return `${inClone("edges")}
import { grad } from "@unfoldjs/autograd";
import { conv2d, ones, type Tensor, tensor } from "@unfoldjs/tensor-core";

const picture = tensor([[${written(rowsOf(halves(n), n))}]]);
const filter = tensor([[${written(rowsOf(verticalFilter(f), f))}]]);
const options = ${options};

// ${side === 0 ? `Not one window fits: ${room} is less than 0. This throws.` : `⌊(${room}) / ${s}⌋ + 1 = ${side}`}
const output = conv2d(picture, filter, undefined, options);

// In how many windows each pixel is: how much the sum of all outputs grows with it, if every weight is 1.
const uses = grad((x: Tensor) => conv2d(x, ones([1, 1, ${f}, ${f}]), undefined, options).sum())(picture);
console.log(JSON.stringify([output.toArray(), uses.toArray()]));
`;
}

/** The program that finds a kernel from a picture of chance pixels and its edges, in as many steps. */
export function learningProgram(target: Kernel, { rate, momentum, seed }: Learning, steps: number): string {
  const named = namedLike(target);
  const isOurs = named?.isOurs === true;
  const side = sideOf(target);
  const pace = side === SIDE ? String(rate) : `(${rate} * 9) / ${target.length}`; // as for nine weights
  return `${inClone("edges")}
import { valueAndGrad } from "@unfoldjs/autograd";
import { correlate2d, Generator, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
${isOurs ? `import { edgeKernels } from "@unfoldjs/vision-layers";\n` : ""}
const pixels = new Generator(2).uniform([32, 32]);
const centred = pixels.sub(pixels.mean());
const picture = centred.div(centred.square().mean().sqrt()); // in standard deviations from the mean
const target = tensor(${isOurs ? `edgeKernels.${named.name}` : written(weightRows(target))});
const edges = correlate2d(picture, target);

const loss = valueAndGrad((kernel: Tensor) => correlate2d(picture, kernel).sub(edges).square().mean());
let kernel: Tensor = new Generator(${seed}).normal([${side}, ${side}], 0, 0.3);
let velocity: Tensor = zeros([${side}, ${side}]);
for (let step = 0; step < ${steps}; step++) {
  const { value, gradient } = loss(kernel);
  velocity = velocity.mul(${momentum}).add(gradient);
  kernel = kernel.sub(velocity.mul(${pace}));
  if (step % 20 === 0) console.warn(step, value.item());
}
console.log(JSON.stringify(kernel.toArray()));
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
