import { type Generator, ValueError, assertGenerator, checkOptions, wrongArgument } from "@unfoldjs/tensor-core";
import { gather, ImageDataset, type ImageValues, type Normalisation, assertNormalisation } from "./image-dataset.ts";

/**
 * The same pictures, whose pixels become (x / 255 − mean) / std in batches. Nothing is copied.
 * @example batches(normalised(digits, MNIST_STATISTICS), 64)
 * @throws ValueError on a deviation that is not above 0
 */
export function normalised(dataset: ImageDataset, normalisation: Normalisation): ImageDataset {
  assertDataset("normalised", dataset);
  assertNormalisation("normalised", normalisation);
  return new ImageDataset({ ...valuesOf(dataset), normalisation });
}

/** The pictures from `start` up to but not including `stop`. Nothing is copied. @throws ValueError */
export function subset(dataset: ImageDataset, start: number, stop?: number): ImageDataset {
  assertDataset("subset", dataset);
  const { length, pixels } = dataset;
  return between(dataset, start, stop === undefined ? length : stop, length, pixels);
}

function between(dataset: ImageDataset, start: number, stop: number, length: number, pixels: number): ImageDataset {
  if (!Number.isInteger(start) || !Number.isInteger(stop) || start < 0 || stop < start || stop > length) {
    throw new ValueError(
      "subset",
      { start, stop, length },
      "start and stop must be whole numbers, in order, within the data set",
    );
  }
  return new ImageDataset({
    ...valuesOf(dataset),
    images: dataset.images.subarray(start * pixels, stop * pixels),
    labels: dataset.labels.subarray(start, stop),
  });
}

/** The pictures at `indices`, in that order, copied. @throws ValueError on an index that is not there */
export function pick(dataset: ImageDataset, indices: ArrayLike<number>): ImageDataset {
  assertDataset("pick", dataset);
  return new ImageDataset({ ...valuesOf(dataset), ...gather("pick", dataset, indices) });
}

/**
 * Two parts: the first `count` pictures and the others, such as a training and a validation set. Without `shuffle` nothing
 * is copied; with it the pictures are drawn at random, and copied.
 * @throws ValueError unless 0 ≤ count ≤ number of pictures
 */
export function split(
  dataset: ImageDataset,
  count: number,
  options: { shuffle?: Generator } = {},
): [ImageDataset, ImageDataset] {
  assertDataset("split", dataset);
  checkOptions("split", options, { shuffle: assertGenerator });
  const { length } = dataset;
  if (!Number.isInteger(count) || count < 0 || count > length) {
    throw new ValueError(
      "split",
      { count, length },
      "the first part must have a whole number of pictures within the data set",
    );
  }
  if (options.shuffle === undefined) return [subset(dataset, 0, count), subset(dataset, count)];
  const order = shuffledOrder(length, options.shuffle);
  return [pick(dataset, order.subarray(0, count)), pick(dataset, order.subarray(count))];
}

/** 0 … length − 1 in an order drawn from `generator`. */
function shuffledOrder(length: number, generator: Generator): Int32Array {
  const order = generator.permutation(length);
  try {
    return order.data();
  } finally {
    order.dispose();
  }
}

/** @throws ValueError unless it is one: what came may be the promise of one, or its `images` */
function assertDataset(op: string, dataset: unknown): void {
  if (dataset instanceof ImageDataset) return;
  throw wrongArgument(op, "dataset", dataset, "an ImageDataset", "new ImageDataset({ images, labels, … })");
}

/** What a data set is made of, as a plain record. */
function valuesOf({ images, labels, classes, channels, height, width, normalisation }: ImageDataset): ImageValues {
  return { images, labels, classes, channels, height, width, normalisation };
}
