import {
  fromArray,
  scope,
  ShapeError,
  type Tensor,
  ValueError,
  assertBytes,
  assertList,
  assertRecord,
  assertString,
  assertWhole,
  wrongArgument,
} from "@unfoldjs/tensor-core";

/** Mean and deviation that pixels, as shares from 0 to 1, are brought to 0 and 1 by. */
export interface Normalisation {
  readonly mean: number;
  readonly std: number;
}

/** Mean and deviation of the 60,000 training digits, for `normalised`: computed from them, as the test does. */
export const MNIST_STATISTICS: Normalisation = { mean: 0.1307, std: 0.3081 };

/** What an `ImageDataset` is made of. */
export interface ImageValues {
  /** (number of pictures, channels, height, width), row-major, 0 … 255. Not copied. */
  readonly images: Uint8Array;
  /** The class of each picture, an index into `classes`. Not copied. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Pixels become (x / 255 − mean) / std, as torchvision's `ToTensor` and `Normalize` make them; x / 255 if absent. */
  readonly normalisation?: Normalisation | undefined;
}

/** Some pictures as tensors. */
export interface ImageBatch {
  /** (batch, channels, height, width): 0 … 1, or normalised. */
  readonly images: Tensor<[number, number, number, number]>;
  /** (batch), indices into the data set's classes. */
  readonly labels: Tensor<[number], "i32">;
  /** Where each picture stands in the data set. */
  readonly indices: Int32Array;
}

/**
 * Labelled pictures in memory, one byte a value: 60,000 digits of 28 × 28 take 47 MB. `batches` of @unfoldjs/nn cuts it
 * into batches; it asks for each by `batch`.
 */
export class ImageDataset implements ImageValues {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly normalisation: Normalisation | undefined;

  /** @throws ShapeError if there are not as many bytes as sizes and labels say, ValueError on a deviation not above 0 */
  constructor(values: ImageValues) {
    assertRecord("ImageDataset", "values", values, "{ images, labels, classes, channels, height, width }");
    const { images, labels, classes, channels, height, width, normalisation } = values;
    assertBytes("ImageDataset", "images", images);
    assertBytes("ImageDataset", "labels", labels);
    assertClasses("ImageDataset", classes);
    for (const [name, size] of Object.entries({ channels, height, width })) assertWhole("ImageDataset", name, size);
    if (images.length !== labels.length * channels * height * width) {
      throw new ShapeError(
        "ImageDataset",
        { values: images.length, labels: labels.length, picture: [channels, height, width] },
        "there must be as many bytes as labels, channels, height and width say",
      );
    }
    if (normalisation !== undefined) assertNormalisation("ImageDataset", normalisation);
    this.images = images;
    this.labels = labels;
    this.classes = classes;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.normalisation = normalisation;
  }

  /** Number of pictures. */
  get length(): number {
    return this.labels.length;
  }

  /** Values of one picture. */
  get pixels(): number {
    return this.channels * this.height * this.width;
  }

  /**
   * The pictures at `indices` as new tensors, which the caller owns.
   * @throws ValueError on an index that is not there
   */
  batch(indices: ArrayLike<number>): ImageBatch {
    const { images: bytes, labels } = gather("batch", this, indices);
    const { channels, height, width, normalisation } = this;
    // Bytes go to the core and become numbers there, which takes two thirds of the time of a loop over pixels here.
    const images = scope(() => {
      const shares = fromArray(bytes, [indices.length, channels, height, width]).to("f32").div(255);
      return normalisation === undefined ? shares : shares.sub(normalisation.mean).div(normalisation.std);
    });
    return { images, labels: fromArray(Int32Array.from(labels)), indices: Int32Array.from(indices) };
  }
}

/** @throws ValueError unless they are names */
export function assertClasses(op: string, classes: readonly string[]): void {
  assertList(op, "classes", classes, "an array of names");
  for (const name of classes) assertString(op, "classes", name);
}

/** @throws ValueError unless it is a finite mean and a deviation above 0 */
export function assertNormalisation(op: string, normalisation: Normalisation): void {
  assertRecord(op, "normalisation", normalisation, "{ mean, std }");
  const { mean, std } = normalisation;
  if (Number.isFinite(mean) && Number.isFinite(std) && std > 0) return;
  throw new ValueError(op, { mean, std }, "normalisation needs a finite mean and a finite std above 0");
}

/** @throws ValueError unless it is an array of numbers, or a typed one */
function assertIndices(op: string, indices: unknown): void {
  if (Array.isArray(indices) || (ArrayBuffer.isView(indices) && "length" in indices)) return;
  throw wrongArgument(op, "indices", indices, "an array of indices");
}

/** Bytes and labels of the pictures at `indices`, copied. @throws ValueError on an index that is not there */
export function gather(
  op: string,
  { images, labels, length, pixels }: ImageDataset,
  indices: ArrayLike<number>,
): Pick<ImageValues, "images" | "labels"> {
  assertIndices(op, indices);
  const chosen = { images: new Uint8Array(indices.length * pixels), labels: new Uint8Array(indices.length) };
  for (let to = 0; to < indices.length; to++) {
    const from = indices[to] ?? -1;
    if (!Number.isInteger(from) || from < 0 || from >= length) {
      throw new ValueError(
        op,
        { index: from, position: to, length },
        "an index must be a whole number within the data set",
      );
    }
    chosen.images.set(images.subarray(from * pixels, (from + 1) * pixels), to * pixels);
    chosen.labels[to] = labels[from] ?? 0;
  }
  return chosen;
}
