import type { ImageDataset } from "@unfoldjs/datasets";
import { type ConfusionMatrix, encodeModel, type Module } from "@unfoldjs/nn";
import { runtime } from "@unfoldjs/tensor-core";
import { layers } from "@unfoldjs/vision-layers";
import { drawConfusionMatrix } from "./confusion-matrix.ts";
import { filtersToPng } from "./filters-png.ts";
import { lossCurveToSvg } from "@unfoldjs/example-kit";
import type { Mistake } from "./mistakes.ts";
import type { Options } from "./options.ts";
import { drawMistakes } from "./pictures.ts";
import { currentTerminal } from "@unfoldjs/example-kit";

const MISTAKES_SHOWN = 6;

/** How training went. */
interface Training {
  /** Of each step. */
  readonly losses: readonly number[];
  readonly seconds: number;
  /** Seen in all, each as often as it was. */
  readonly images: number;
}

function imagesPerSecond({ images, seconds }: Training): number {
  return seconds > 0 ? images / seconds : 0;
}

/** The results as text: which classes are taken for which, and the mistakes that the model was surest of. */
export function drawResults(
  unseen: ImageDataset,
  confusion: ConfusionMatrix,
  mistakes: readonly Mistake[],
  training: Training,
): string {
  const terminal = currentTerminal();
  const surest = mistakes.toSorted((a, b) => b.confidence - a.confidence).slice(0, MISTAKES_SHOWN);
  return `
${drawConfusionMatrix(confusion, terminal)}

Of its ${mistakes.length} mistakes, those it was surest of:

${drawMistakes(unseen, surest, terminal)}
Test accuracy ${(100 * confusion.accuracy).toFixed(2)} % on ${unseen.length.toLocaleString("en")} pictures it had never seen.
Trained in ${training.seconds.toFixed(1)} s, ${Math.round(imagesPerSecond(training)).toLocaleString("en")} images/s.`;
}

/** What is kept of a run, by file name. */
export function resultFiles(
  model: Module,
  testAccuracy: number,
  training: Training,
  { data, epochs, seed }: Options,
): Record<string, Uint8Array | string> {
  const { losses, seconds } = training;
  const metrics = {
    data,
    epochs,
    seed,
    threads: runtime.info().threads, // those that share the work by now
    testAccuracy,
    trainSeconds: seconds,
    imagesPerSecond: imagesPerSecond(training),
    finalLoss: losses.at(-1),
    parameters: model.parameterCount,
  };
  const filters = model.parameters().find(({ rank }) => rank === 4);
  return {
    "model.safetensors": encodeModel(model, { layers }),
    ...(filters === undefined ? {} : { "learned-filters.png": filtersToPng(filters) }),
    "loss-curve.svg": lossCurveToSvg(losses, epochs, `Loss of LeNet-5 on ${data}, seed ${seed}`),
    "metrics.json": `${JSON.stringify(metrics, null, 2)}\n`,
  };
}

/** Where the results are, and what one could do now. */
export function nextSteps({ data, epochs, out }: Options): string {
  const other = data === "mnist" ? "fashion" : "mnist";
  return `
Written to ${out}:
  model.safetensors    the weights; PyTorch and this library read them
  learned-filters.png  what the first layer looks for
  loss-curve.svg       how it learned
  metrics.json         the numbers above
  training.safetensors to go on from, with --resume

What to try next:
  npm run demo -- --epochs ${2 * epochs}      longer training
  npm run demo -- --seed 2        another start: how much is luck?
  npm run demo -- --data ${other}${" ".repeat(9 - other.length)}other pictures
  examples/train-digits/src/main.ts is all there is to it: change the model, or how it learns`;
}
