import { fromArray, Generator, scope, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import { type ImageDataset, pixelsOf, shuffledOrder } from "./image-dataset.ts";

/** Some pictures as tensors. They are gone when the next batch is asked for. */
export interface Batch {
  /** (batch, channels, height, width): 0 … 1, or normalised. */
  readonly images: Tensor<[number, number, number, number]>;
  /** (batch), indices into the data set's classes. */
  readonly labels: Tensor<[number], "i32">;
  /** Where each picture stands in the data set. */
  readonly indices: Int32Array;
}

/** How a data set is cut into batches. */
export interface BatchOptions {
  /**
   * Draws a new order for each pass: from a generator, which then goes on from where it is, or from one with this seed,
   * so that the same call gives the same order. In order if absent.
   */
  readonly shuffle?: Generator | number;
  /** Leaves out a last batch that would be smaller than the others. */
  readonly dropLast?: boolean;
  /** Pixels become (x / 255 − mean) / std, as torchvision's `ToTensor` and `Normalize` make them; x / 255 if absent. */
  readonly normalise?: { readonly mean: number; readonly std: number };
}

/** A data set cut into batches, for a `for` loop; each loop is a pass over the data. */
export interface Batches extends Iterable<Batch, void, void> {
  /** Number of batches in a pass. */
  readonly length: number;
  /** What draws the order of each pass; absent if the order is that of the data set. */
  readonly generator: Generator | undefined;
}

/** Mean and deviation of the 60,000 training digits, for `normalise`: computed from them, as the test does. */
export const MNIST_STATISTICS: { readonly mean: number; readonly std: number } = { mean: 0.1307, std: 0.3081 };

/**
 * Batches of `size` pictures as tensors. A batch is freed when the next one is asked for and when the loop ends, in
 * whatever way; clone what must live longer.
 *
 * @example for (const { images, labels } of batches(digits, 64, { shuffle: generator })) { … }
 * @throws ValueError on a size that is not a whole number from 1 up, or a deviation that is not above 0
 */
export function batches(dataset: ImageDataset, size: number, options: BatchOptions = {}): Batches {
  const { shuffle, dropLast = false, normalise } = options;
  if (!Number.isInteger(size) || size < 1) {
    throw new ValueError("batches", { size }, "a batch must have a whole number of pictures from 1 up");
  }
  if (normalise !== undefined && !(Number.isFinite(normalise.mean) && normalise.std > 0 && normalise.std < Infinity)) {
    throw new ValueError("batches", { ...normalise }, "normalise needs a finite mean and a finite std above 0");
  }
  pixelsOf(dataset);
  const generator = typeof shuffle === "number" ? new Generator(shuffle) : shuffle;
  const length = dropLast ? Math.floor(dataset.size / size) : Math.ceil(dataset.size / size);
  return { length, generator, [Symbol.iterator]: () => pass(dataset, size, length, generator, normalise) };
}

function* pass(
  dataset: ImageDataset,
  size: number,
  length: number,
  generator: Generator | undefined,
  normalise: BatchOptions["normalise"],
): globalThis.Generator<Batch, void, void> {
  const order =
    generator === undefined
      ? Int32Array.from({ length: dataset.size }, (_, i) => i)
      : shuffledOrder(dataset.size, generator);
  for (let batch = 0; batch < length; batch++) {
    const tensors = toTensors(dataset, order.slice(batch * size, (batch + 1) * size), normalise);
    try {
      yield tensors;
    } finally {
      tensors.images.dispose();
      tensors.labels.dispose();
    }
  }
}

/** The pictures go to the core as bytes and become numbers there, which takes about two thirds of the time of a loop over pixels here. */
function toTensors(dataset: ImageDataset, indices: Int32Array, normalise: BatchOptions["normalise"]): Batch {
  const { channels, height, width } = dataset;
  const pixels = channels * height * width;
  const bytes = new Uint8Array(indices.length * pixels);
  const classes = new Int32Array(indices.length);
  indices.forEach((from, to) => {
    bytes.set(dataset.images.subarray(from * pixels, (from + 1) * pixels), to * pixels);
    classes[to] = dataset.labels[from] ?? 0;
  });
  const images = scope(() => {
    const shares = fromArray(bytes, [indices.length, channels, height, width]).to("f32").div(255);
    return normalise === undefined ? shares : shares.sub(normalise.mean).div(normalise.std);
  });
  return { images, labels: fromArray(classes), indices };
}
