import { type CommonOptions, exampleCommand, OutputFolder, runCommand } from "@unfoldjs/example-kit";
import { chart, type Line } from "./chart.ts";
import { byDistance, layersOf, MOST, type WeightGradient, weightGradients } from "./measure.ts";

const [STEPS, QUICK_STEPS] = [100, 30];
const OUT = "out/gradients-over-time";

const command = exampleCommand(
  "gradients-over-time",
  "Measures where gradients vanish and explode in RNN, GRU and LSTM, and what clipping does.",
  OUT,
);
await runCommand<CommonOptions>(command, (given) => ({ out: OUT, ...given }), measure);

/** Measures untrained layers, prints what came of it, and writes data and pictures. */
async function measure({ seed, quick, out }: CommonOptions): Promise<void> {
  const folder = await OutputFolder.open(out);
  const steps = quick === true ? QUICK_STEPS : STEPS;
  const layers = Object.entries(layersOf(seed));
  const distances = layers.map(([name, layer]) => ({ name, lengths: byDistance(layer, steps + 1, seed) }));
  const lengths = Array.from({ length: 10 }, (_, i) => ((i + 1) * steps) / 10);
  const weights = layers.map(([name, layer]) => ({ name, gradients: weightGradients(layer, lengths, seed) }));

  const shown = [0, 0.1, 0.2, 0.5, 1].map((share) => share * steps);
  console.log("‖∂h⟨T⟩/∂x⟨T−d⟩‖, how much the last state depends on the input d steps before:\n");
  console.log(row("d", shown.map(String)));
  for (const { name, lengths: found } of distances)
    console.log(
      row(
        name,
        shown.map((d) => short(found[d])),
      ),
    );
  console.log(`\nThe gradient by all weights, for sequences of T steps, and what clipping to ${MOST} leaves of it:\n`);
  console.log(row("T", shown.slice(1).map(String)));
  const at = (gradients: readonly WeightGradient[], by: (of: WeightGradient) => number): string[] =>
    shown.slice(1).map((T) => short(gradients.filter(({ steps: of }) => of === T).map(by)[0]));
  for (const { name, gradients } of weights) {
    console.log(
      row(
        name,
        at(gradients, ({ length }) => length),
      ),
    );
    if (gradients.some(({ length }) => length > MOST))
      console.log(
        row(
          "  clipped",
          at(gradients, ({ clipped }) => clipped),
        ),
      );
  }

  const clipped = weights.filter(({ gradients }) => gradients.some(({ length }) => length > MOST));
  await folder.write({
    "metrics.json": `${JSON.stringify({ seed, steps, distances, weights }, undefined, 1)}\n`,
    "by-distance.svg": chart(
      "How much the last state depends on earlier inputs",
      "steps before",
      distances.map(({ name, lengths: found }): Line => ({ name, points: found.map((length, d) => [d, length]) })),
    ),
    "by-length.svg": chart("The gradient by all weights", "steps of the sequence", [
      ...weights.map(({ name, gradients }): Line => ({ name, points: gradients.map((of) => [of.steps, of.length]) })),
      ...clipped.map(({ name, gradients }): Line => ({
        name: `${name}, clipped`,
        points: gradients.map((of) => [of.steps, of.clipped]),
      })),
    ]),
  });
  console.log(`\nWrote metrics.json, by-distance.svg and by-length.svg to ${folder.path}`);
}

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(20)}${cells.map((cell) => cell.padStart(10)).join("")}`;
}

function short(length: number | undefined): string {
  return length === undefined ? "–" : length.toPrecision(2);
}
