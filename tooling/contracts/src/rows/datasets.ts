import type * as datasets from "@unfoldjs/datasets";
import { type Idx, ImageDataset } from "@unfoldjs/datasets";
import { Generator } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { count, given, list, optional, options, record } = kind;

const pictures = given(() => imagesOf(3));
const indices: kind.Kind = {
  ...given(() => [0, 2], "an empty array", "an array of numbers", "a Float32Array", "a Uint8Array"),
  said: ["index"],
};
const generator = given(() => new Generator(1));
const normalisation = record({ mean: kind.finite(0.5), std: kind.from(0.5, "above 0") });

function imagesOf(size: number): ImageDataset {
  const [images, labels] = [new Uint8Array(4 * size), new Uint8Array(size)];
  return new ImageDataset({ images, labels, classes: ["0", "1"], channels: 1, height: 2, width: 2 });
}

/** The bytes of an IDX file of zeros, in so many axes of two. */
function idxBytes(axes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * axes + 2 ** axes);
  bytes.set([0, 0, 8, axes]);
  for (let axis = 0; axis < axes; axis++) bytes[7 + 4 * axis] = 2;
  return bytes;
}

const idx = (...shape: number[]): kind.Kind =>
  given((): Idx => ({ shape, data: new Uint8Array(shape.reduce((product, size) => product * size, 1)) }));
const from = given(
  () => async (file: string) => await Promise.resolve(idxBytes(file.includes("idx3") ? 3 : 1)),
  "a word",
  "a function",
  "an async function",
);
/** A module without an entry. */
const sword = given(
  () => async () => await Promise.resolve(new Uint8Array()),
  "a word",
  "a function",
  "an async function",
);
const loader = call({ options: record({ split: kind.word("test"), from: optional(from) }) });
const classes = list(kind.text("zero"), 2, "an array of words");

export const datasetRows: Rows<typeof datasets> = {
  ImageDataset: {
    make: {
      values: record({
        images: given(() => new Uint8Array(8), "a Uint8Array"),
        labels: given(() => new Uint8Array(2), "a Uint8Array"),
        classes,
        channels: count(1),
        height: count(2),
        width: count(2),
        normalisation: optional(normalisation),
      }),
    },
    instance: () => imagesOf(3),
    methods: { batch: { indices } },
  },
  mnist: loader,
  fashionMnist: loader,
  verses: call({ options: record({ translation: kind.word("kingJames"), from: optional(sword) }) }),
  gunzip: call({ bytes: given(() => idxBytes(1), "a Uint8Array"), name: optional(kind.text("file")) }),
  parseIdx: call({ bytes: given(() => idxBytes(1), "a Uint8Array"), name: optional(kind.text("file")) }),
  imagesFromIdx: call({ images: idx(2, 2, 2), labels: idx(2), classes }),
  normalised: call({ dataset: pictures, normalisation }),
  pick: call({ dataset: pictures, indices }),
  subset: call({ dataset: pictures, start: count(0), stop: optional(count(1)) }),
  split: call({ dataset: pictures, count: count(1), options: options({ shuffle: generator }) }),
};
