import { FormatError, type Generator, ShapeError, ValueError } from "@unfoldjs/tensor-core";
import type { Idx } from "./idx.ts";

/** Labelled pictures in memory, one byte a value: 60,000 digits of 28 × 28 take 47 MB. */
export interface ImageDataset {
  /** (size, channels, height, width), row-major, 0 … 255. */
  readonly images: Uint8Array;
  /** The class of each picture, an index into `classes`. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
  readonly size: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * A data set from two IDX files. Neither is copied.
 * @param images (size, height, width) bytes   @param labels (size) bytes
 * @throws FormatError if one holds something else, or the two do not go together
 */
export function imagesFromIdx(images: Idx, labels: Idx, classes: readonly string[]): ImageDataset {
  const [size = 0, height = 0, width = 0] = images.shape;
  if (!(images.data instanceof Uint8Array) || images.shape.length !== 3) {
    throw new FormatError(
      "imagesFromIdx",
      { shape: images.shape },
      "pictures must be bytes of shape (size, height, width)",
      "are the two files swapped?",
    );
  }
  if (!(labels.data instanceof Uint8Array) || labels.shape.length !== 1 || labels.shape[0] !== size) {
    throw new FormatError(
      "imagesFromIdx",
      { pictures: images.shape, labels: labels.shape },
      `labels must be ${size} bytes, one for each picture`,
      "take both files from the same split",
    );
  }
  const position = labels.data.findIndex((label) => label >= classes.length);
  if (position !== -1) {
    throw new FormatError(
      "imagesFromIdx",
      { position, label: labels.data[position], classes: classes.length },
      "a label must be an index into the classes",
    );
  }
  return { images: images.data, labels: labels.data, classes, size, channels: 1, height, width };
}

/** The pictures from `start` up to but not including `stop`. Nothing is copied. @throws ValueError */
export function subset(dataset: ImageDataset, start: number, stop: number = dataset.size): ImageDataset {
  if (!Number.isInteger(start) || !Number.isInteger(stop) || start < 0 || stop < start || stop > dataset.size) {
    throw new ValueError(
      "subset",
      { start, stop, size: dataset.size },
      "start and stop must be whole numbers, in order, within the data set",
    );
  }
  const pixels = pixelsOf(dataset);
  return {
    ...dataset,
    images: dataset.images.subarray(start * pixels, stop * pixels),
    labels: dataset.labels.subarray(start, stop),
    size: stop - start,
  };
}

/** The pictures at `indices`, in that order, copied. @throws ValueError on an index that is not there */
export function pick(dataset: ImageDataset, indices: ArrayLike<number>): ImageDataset {
  const pixels = pixelsOf(dataset);
  const images = new Uint8Array(indices.length * pixels);
  const labels = new Uint8Array(indices.length);
  for (let to = 0; to < indices.length; to++) {
    const from = indices[to] ?? -1;
    if (!Number.isInteger(from) || from < 0 || from >= dataset.size) {
      throw new ValueError(
        "pick",
        { index: from, position: to, size: dataset.size },
        "an index must be a whole number within the data set",
      );
    }
    images.set(dataset.images.subarray(from * pixels, (from + 1) * pixels), to * pixels);
    labels[to] = dataset.labels[from] ?? 0;
  }
  return { ...dataset, images, labels, size: indices.length };
}

/**
 * Two parts: the first `count` pictures and the others, such as a training and a validation set. Without `shuffle` nothing
 * is copied; with it the pictures are drawn at random, and copied.
 * @throws ValueError unless 0 ≤ count ≤ size
 */
export function split(
  dataset: ImageDataset,
  count: number,
  options: { shuffle?: Generator } = {},
): [ImageDataset, ImageDataset] {
  if (!Number.isInteger(count) || count < 0 || count > dataset.size) {
    throw new ValueError(
      "split",
      { count, size: dataset.size },
      "the first part must have a whole number of pictures within the data set",
    );
  }
  if (options.shuffle === undefined) return [subset(dataset, 0, count), subset(dataset, count)];
  const order = shuffledOrder(dataset.size, options.shuffle);
  return [pick(dataset, order.subarray(0, count)), pick(dataset, order.subarray(count))];
}

/** 0 … size-1 in an order drawn from `generator`. */
export function shuffledOrder(size: number, generator: Generator): Int32Array {
  const order = generator.permutation(size);
  try {
    return order.data();
  } finally {
    order.dispose();
  }
}

/** Values of one picture. @throws ShapeError if the data set's arrays do not have the sizes that it says */
export function pixelsOf({ images, labels, size, channels, height, width }: ImageDataset): number {
  const pixels = channels * height * width;
  if (images.length !== size * pixels || labels.length !== size) {
    throw new ShapeError(
      "image data set",
      { shape: [size, channels, height, width], values: images.length, labels: labels.length },
      "images and labels must be as many as size, channels, height and width say",
    );
  }
  return pixels;
}
