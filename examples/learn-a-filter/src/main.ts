import { type CommonOptions, exampleCommand, OutputFolder, runCommand } from "@unfoldjs/example-kit";
import { backward, mse, SGD } from "@unfoldjs/nn";
import { Generator, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { Conv2d, correlate, edgeKernels } from "@unfoldjs/vision-layers";

const OUT = "out/learn-a-filter";
const STEPS = 40;
const SHOWN = [0, 1, 2, 5, 10, 20, 40];

const command = exampleCommand(
  "learn-a-filter",
  "Learns the kernels of edge filters from pictures and their edges.",
  OUT,
);
await runCommand<CommonOptions>(command, (given) => ({ out: OUT, ...given }), learn);

interface Learned {
  readonly filter: string;
  /** The largest difference of a weight from the filter's own, before the first step and after each. */
  readonly distances: readonly number[];
  readonly kernel: readonly (readonly number[])[];
}

/** Learns each filter, with `quick` Sobel's alone, and prints how near its kernel comes. */
async function learn({ seed, quick, out }: CommonOptions): Promise<void> {
  const folder = await OutputFolder.open(out);
  const filters = quick === true ? (["sobel"] as const) : (["sobel", "prewitt", "scharr"] as const);
  const learned = filters.map((filter) => learnOne(filter, seed));
  await folder.write({ "metrics.json": `${JSON.stringify({ seed, learned }, undefined, 1)}\n` });
  console.log(`Wrote metrics.json to ${folder.path}`);
}

function learnOne(filter: "sobel" | "prewitt" | "scharr", seed: number): Learned {
  const wanted: Tensor = tensor(edgeKernels[filter].vertical);
  // Pictures of noise have edges of every kind alike, so that each weight is learned as fast as the others.
  const pictures = new Generator(seed).normal([4, 1, 16, 16]);
  const edges = tensor([0, 1, 2, 3].map((at) => [correlate(pictures.at(at, 0), wanted).toArray() as number[][]]));

  const layer = new Conv2d(1, 1, 3, { bias: false, generator: new Generator(seed + 1) });
  const optimizer = new SGD(layer.parameters(), { learningRate: 0.2 });
  const distance = (): number => layer.weight.at(0, 0).sub(wanted).abs().max().item();
  const distances = [distance()];
  for (let step = 0; step < STEPS; step++) {
    backward(layer, () => mse(layer.forward(pictures), edges));
    optimizer.step();
    distances.push(distance());
  }

  console.log(`${filter}\n${"─".repeat(filter.length)}`);
  for (const step of SHOWN) {
    console.log(`step ${String(step).padStart(2)}   largest error of a weight ${(distances[step] ?? NaN).toFixed(4)}`);
  }
  const kernel = layer.weight.at(0, 0).toArray() as number[][];
  for (const row of kernel) console.log(row.map(shown).join(""));
  console.log();
  return { filter, distances, kernel };
}

function shown(weight: number): string {
  return (Math.round(weight * 1000) / 1000 + 0).toFixed(3).padStart(9); // −0 + 0 is 0
}
