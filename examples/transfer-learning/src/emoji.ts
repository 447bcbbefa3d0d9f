import type { ImageDataset } from "@unfoldjs/datasets";
import { OutputFolder } from "@unfoldjs/example-kit";
import {
  accuracy,
  Adam,
  AdamW,
  backward,
  batches,
  cosineAnnealing,
  crossEntropy,
  evaluate,
  FeatureCache,
  Flatten,
  type Layer,
  Linear,
  manualSeed,
  ReLU,
  Sequential,
  warmUp,
} from "@unfoldjs/nn";
import { concat, Generator, keep, runtime, scope, type Tensor } from "@unfoldjs/tensor-core";
import { AdaptiveAvgPool2d, BatchNorm2d, Conv2d, fewShotHead, MaxPool2d, transfer } from "@unfoldjs/vision-layers";
import { pretrained } from "@unfoldjs/vision-layers/tfjs";
import { accuracyChart } from "./chart.ts";
import { loadEmoji, splitEmoji } from "./emoji-pictures.ts";
import type { Options } from "./options.ts";
import { Points } from "./points.ts";
import { tableOf } from "./report.ts";
import { type Method, nameOf, summarise } from "./summary.ts";

/** From scratch; a head on the features; and with it the last convolution and the last block. */
const METHODS: readonly Method[] = ["scratch", 1, 3];
/** More than are ever counted: there is no "all" here. */
const STAGES = 99;
const BATCH = 32;
/** The layer behind which stages may learn: the last block and the last convolution. */
const CUT = "block_15_add";
/**
 * Of AdamW for the last stages, from a head that was learned before (LP-FT: Kumar et al. 2022, else the first steps of a random head
 * spoil what they go through). Of 0.0001, 0.0003 and 0.001 the best on a repetition that is not among the reported ones.
 */
const FINE_TUNING_RATE = 3e-4;
/** The share of the steps in which the rate grows: Adam's first steps are as long as its later ones, and know least. */
const WARM_UP = 0.1;

/** Moves a MobileNetV2 that learned from photographs to categories of emoji. */
export async function emojiStudy(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const { seed: first, seeds, amounts, steps, quick } = options;
  const unseen = quick === true ? 5 : 25; // of each category
  const settings = { task: "emoji", steps, unseen };
  const points = await Points.open(folder, settings, options.resume === true);
  const emoji = await loadEmoji(options.from, quick === true ? 25 : Infinity);
  const { classes } = emoji.dataset;
  const { model: trunk } = await pretrained("mobileNetV2");
  const cache = new FeatureCache(trunk, { dtype: "f16" });
  // What the frozen blocks make of each picture: 160 × 3 × 3 numbers.
  const blocks = new FeatureCache(trunk.until(CUT), { dtype: "f16" });
  console.log(
    `${emoji.dataset.length} emoji of ${classes.length} categories, and MobileNetV2 with weights of photographs: ${classes.join(", ")}.`,
  );

  const timing = measureCache(cache, emoji.dataset);
  const all = seeds * amounts.length * METHODS.length;
  for (let seed = first; seed < first + seeds; seed++) {
    for (const amount of amounts) {
      const { few, test } = splitEmoji(emoji, amount, unseen, new Generator(1000 * seed));
      for (const method of METHODS) {
        if (points.find(seed, amount, method) !== undefined) continue;
        const began = performance.now();
        manualSeed(seed);
        const share = await accuracyOf(method, few, test, { cache, blocks }, stepsFor(few.length, steps), seed);
        const seconds = (performance.now() - began) / 1000;
        await points.add({ seed, amount, method, accuracy: share, seconds });
        console.error(
          `${points.of(first, seeds, amounts, METHODS).length}/${all}  repetition ${seed - first + 1}/${seeds}  ${amount} of a category  ` +
            `${nameOf(method, STAGES).padEnd(13)} ${(100 * share).toFixed(1)} %  ${seconds.toFixed(1)} s`,
        );
      }
    }
  }

  const own = points.of(first, seeds, amounts, METHODS);
  const summary = summarise(own);
  const text = tableOf(summary, METHODS, STAGES);
  console.log(
    `\nAccuracy on ${unseen} unseen emoji of each category or a few more, in %, ± half a 95 % interval over ${seeds} repetitions:\n\n${text}`,
  );
  console.log(
    `\nFeatures of all pictures took ${timing.firstPass.toFixed(1)} s the first time, ${(1000 * timing.laterPass).toFixed(0)} ms from the cache ` +
      `(${Math.round(timing.firstPass / timing.laterPass)} times as fast); a head for 5 × 20 of them ${timing.fewShotMilliseconds.toFixed(0)} ms.`,
  );
  const metrics = {
    ...settings,
    seed: first,
    seeds,
    amounts,
    classes,
    threads: runtime.info().threads,
    timing,
    results: summary.amounts.map(({ estimates, ...row }) => ({
      ...row,
      methods: Object.fromEntries([...estimates].map(([method, found]) => [nameOf(method, STAGES), found])),
    })),
    points: own,
  };
  await folder.write({
    "accuracy.svg": accuracyChart("Categories of emoji after photographs", summary, METHODS, STAGES),
    "table.md": `${text}\n`,
    "metrics.json": `${JSON.stringify(metrics, null, 2)}\n`,
  });
  console.log(
    `\nWritten to ${options.out}: accuracy.svg, table.md, metrics.json with every point, and points.json for --resume`,
  );
}

interface Caches {
  /** Of the whole network, and of its frozen blocks. */
  readonly cache: FeatureCache;
  readonly blocks: FeatureCache;
}

/** More pictures are worth more steps: twice as many for 60 of each of nine categories. */
function stepsFor(pictures: number, least: number): number {
  return Math.round(least * (1 + pictures / 540));
}

/** Learns in one of the ways, and tests. */
async function accuracyOf(
  method: Method,
  few: ImageDataset,
  test: ImageDataset,
  { cache, blocks }: Caches,
  steps: number,
  seed: number,
): Promise<number> {
  if (method === "scratch") {
    const model = smallNetwork(few.classes.length);
    learn(model, few, 3 * steps, { seed, optimizer: new Adam(model.parameters(), { learningRate: 2e-3 }) });
    return tested(model, test, (images) => images);
  }
  const features = featuresOf(cache, few);
  const labels = few.batch([...few.labels.keys()]).labels;
  const { head } = fewShotHead(features, labels);
  features.dispose();
  if (method === 1) return tested(new Sequential(head), test, (images) => cache.of(images));
  const { model: trunk } = await pretrained("mobileNetV2");
  trunk.until(CUT).dispose(); // its weights are those that the cache has run
  const upper = trunk.after(CUT);
  // Every norm stays as it is: a batch of a few emoji says little of statistics.
  const norms = upper.layerNames.filter((name) => /bn$/i.test(name));
  const whole = new Sequential(upper, new Linear(1280, few.classes.length));
  const { model } = transfer(whole, { head, at: "1", freeze: norms.map((name) => `0.${name}`) });
  const optimizer = new AdamW(model.parameters(), { learningRate: FINE_TUNING_RATE, weightDecay: 0.01 });
  learn(model, few, steps, { seed, optimizer, warmUp: WARM_UP }, (images) => blocks.of(images));
  return tested(model, test, (images) => blocks.of(images));
}

/** A CNN for pictures of 96 × 96, which knows nothing yet: a MobileNetV2 would learn less from so few, and for much longer. */
function smallNetwork(classes: number): Sequential {
  const convolution = (from: number, to: number): Layer[] => [
    new Conv2d(from, to, 3, { padding: 1, bias: false }),
    new BatchNorm2d(to),
    new ReLU(),
    new MaxPool2d(2),
  ];
  const maps = [...convolution(3, 16), ...convolution(16, 32), ...convolution(32, 64), ...convolution(64, 64)];
  return new Sequential(...maps, new AdaptiveAvgPool2d(1), new Flatten(), new Linear(64, classes));
}

interface Pace {
  readonly seed: number;
  readonly optimizer: Adam | AdamW;
  /** The share of the steps in which the rate grows. */
  readonly warmUp?: number;
}

/** So many steps, whose rate falls to nothing. @param inputOf what the model takes of the pictures */
function learn(
  model: Sequential,
  pictures: ImageDataset,
  steps: number,
  { seed, optimizer, warmUp: share = 0 }: Pace,
  inputOf = (images: Tensor): Tensor => images,
): void {
  const growing = Math.ceil(share * steps);
  const falling = cosineAnnealing({ steps: steps - growing });
  const rate = growing === 0 ? falling : warmUp({ steps: growing, next: falling });
  const passes = batches(pictures, BATCH, { shuffle: seed });
  for (let step = 0; step < steps;) {
    for (const { images, labels } of passes) {
      if (step === steps) break;
      optimizer.learningRateFactor = rate(step++);
      const input = inputOf(images);
      backward(model, () => crossEntropy(model.forward(input), labels));
      if (input !== images) input.dispose();
      optimizer.step();
    }
  }
  optimizer.dispose();
}

async function tested(
  model: Sequential,
  test: ImageDataset,
  featuresOfBatch: (images: Tensor) => Tensor,
): Promise<number> {
  const { metrics } = await evaluate(model, batches(test, BATCH), {
    forward: ({ images }) => model.forward(featuresOfBatch(images)),
    loss: (logits, { labels }) => crossEntropy(logits, labels),
    metrics: { accuracy: (logits, { labels }) => accuracy(logits, labels) },
  });
  model.dispose();
  return metrics["accuracy"] ?? 0;
}

/** (pictures, 1280) */
function featuresOf(cache: FeatureCache, pictures: ImageDataset): Tensor {
  const parts: Tensor[] = [];
  for (const { images } of batches(pictures, BATCH)) parts.push(keep(cache.of(images)));
  const whole = concat<readonly Tensor[]>(parts, 0);
  for (const part of parts) part.dispose();
  return whole;
}

interface Timing {
  /** Seconds for the features of all pictures, the first time and then. */
  readonly firstPass: number;
  readonly laterPass: number;
  /** For a head of five classes with 20 pictures of each. */
  readonly fewShotMilliseconds: number;
  readonly cacheBytes: number;
}

function measureCache(cache: FeatureCache, pictures: ImageDataset): Timing {
  const pass = (): number => {
    const began = performance.now();
    featuresOf(cache, pictures).dispose();
    return (performance.now() - began) / 1000;
  };
  const [firstPass, laterPass] = [pass(), pass()];
  return { firstPass, laterPass, cacheBytes: cache.bytes, fewShotMilliseconds: fewShotTime(cache, pictures) };
}

function fewShotTime(cache: FeatureCache, pictures: ImageDataset): number {
  const chosen = [0, 1, 2, 3, 4].flatMap((label) =>
    [...pictures.labels.keys()].filter((place) => pictures.labels[place] === label).slice(0, 20),
  );
  return scope(() => {
    const { images, labels } = pictures.batch(chosen);
    const features = cache.of(images);
    const began = performance.now();
    fewShotHead(features, labels).head.dispose();
    return performance.now() - began;
  });
}
