import type { ImageDataset } from "@unfoldjs/datasets";
import {
  Adam,
  backward,
  batches,
  cosineAnnealing,
  crossEntropy,
  evaluate,
  accuracy,
  FeatureCache,
  manualSeed,
  Sequential,
} from "@unfoldjs/nn";
import type { Tensor } from "@unfoldjs/tensor-core";
import { transfer } from "@unfoldjs/vision-layers";
import { network, STAGES } from "./network.ts";

const BATCH = 32;
/**
 * Of Adam, by how many stages learn; from scratch the last. Of 0.0007, 0.002, 0.006 and 0.02 those that were best on repetitions that
 * are not among the reported ones: fewer stages want larger steps, and one rate for all would have decided between them.
 */
const LEARNING_RATES = [0.02, 0.02, 0.006, 0.006, 0.006] as const;
const FROM_SCRATCH = 0.002;

/** Learns the first task. @returns the network, in use */
export function pretrained(pictures: ImageDataset, epochs: number, seed: number): Sequential {
  manualSeed(seed);
  const model = network();
  learn(model, pictures, { steps: Math.ceil(pictures.length / BATCH) * epochs, seed, learningRate: FROM_SCRATCH });
  return model.eval();
}

/** What a training on the new task came to. */
export interface Outcome {
  /** On unseen pictures. */
  readonly accuracy: number;
  readonly seconds: number;
  /** Of each pass over the pictures. */
  readonly epochSeconds: readonly number[];
}

/**
 * Learns the new task from few pictures and tests it on unseen ones.
 * @param start the trained network, or undefined to learn from scratch @param learning how many stages learn, from the head on
 */
export async function moved(
  start: Sequential | undefined,
  learning: number,
  pictures: ImageDataset,
  unseen: ImageDataset,
  { steps, seed }: { readonly steps: number; readonly seed: number },
): Promise<Outcome> {
  const began = performance.now();
  manualSeed(seed);
  const model = network();
  if (start !== undefined) model.loadStateDict(start.stateDict());
  const frozen = STAGES - learning;
  transfer(model, { head: 5, freeze: frozen });
  const lower = new Sequential(...model.layers.slice(0, frozen));
  const upper = new Sequential(...model.layers.slice(frozen));
  const cache = frozen === 0 ? undefined : new FeatureCache(lower); // each picture goes through the frozen stages once
  const learningRate = start === undefined ? FROM_SCRATCH : (LEARNING_RATES[learning - 1] ?? FROM_SCRATCH);
  const pace = { steps, seed, learningRate };
  const epochSeconds = learn(upper, pictures, pace, (images) => cache?.of(images) ?? images);
  const { metrics } = await evaluate(model, batches(unseen, 500), {
    forward: ({ images }) => model.forward(images),
    loss: (logits, { labels }) => crossEntropy(logits, labels),
    metrics: { accuracy: (logits, { labels }) => accuracy(logits, labels) },
  });
  model.dispose();
  return { accuracy: metrics["accuracy"] ?? 0, seconds: (performance.now() - began) / 1000, epochSeconds };
}

/** So many steps of Adam, whose rate falls to nothing. @returns the seconds of each pass */
function learn(
  model: Sequential,
  pictures: ImageDataset,
  { steps, seed, learningRate }: { readonly steps: number; readonly seed: number; readonly learningRate: number },
  featuresOf = (images: Tensor): Tensor => images,
): number[] {
  const optimizer = new Adam(model.parameters(), { learningRate });
  const rate = cosineAnnealing({ steps });
  const passes = batches(pictures, Math.min(BATCH, pictures.length), { shuffle: seed });
  const seconds: number[] = [];
  for (let step = 0; step < steps;) {
    const began = performance.now();
    for (const { images, labels } of passes) {
      if (step === steps) break;
      optimizer.learningRateFactor = rate(step++);
      const features = featuresOf(images);
      backward(model, () => crossEntropy(model.forward(features), labels));
      if (features !== images) features.dispose();
      optimizer.step();
    }
    seconds.push((performance.now() - began) / 1000);
  }
  optimizer.dispose();
  return seconds;
}
