import type * as pictures from "@unfoldjs/vision-layers/pictures";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Generator } from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { call, type Rows } from "../row.ts";

const { count, given, options, sizes, tensorOf, truth, word } = kind;

/** A small PNG, as a file and as its bytes. */
const path = join(import.meta.dirname, "../../../../packages/vision-layers/src/pictures/fixtures/rgb.png");
const place = given(() => path, "an empty string", "a word");
const bytes = given(() => new Uint8Array(readFileSync(path)), "a Uint8Array");
const source = given(() => new Uint8Array(readFileSync(path)), "a Uint8Array", "an ArrayBuffer");

const picture = kind.record({
  height: count(1),
  width: count(2),
  channels: { make: () => 3, takes: [] },
  data: given(() => new Uint8Array(6), "a Uint8Array"),
});
const byte: kind.Kind = { make: () => 7, takes: ["zero", "two"], said: ["background"] };
const background: kind.Kind = { make: () => [1, 2, 3], takes: [], element: byte };
const channels: kind.Kind = { make: () => 3, takes: [] };
const decoding = options({
  channels,
  background,
  maxPixels: count(1000),
  orient: truth(),
  animated: word("first"),
  decoder: word("sharp"),
  name: kind.text("a"),
});
const quality: kind.Kind = { make: () => 50, takes: ["two"] };
const encoding = options({ format: word("png"), quality });
const images = tensorOf([3, 4, 4]);

const generator = given(() => new Generator(1));
/** A number that may be out of its range. */
const factor: kind.Kind = { make: () => 0.5, takes: ["zero", "two", "half", "2 ** 40"] };
const whole: kind.Kind = { make: () => 1, takes: ["zero", "two"] };
const fill: kind.Kind = {
  make: () => 0.5,
  takes: ["zero", "two", "half", "minus seven", "2 ** 40", "an array of numbers"],
};
const range: kind.Kind = { make: () => [0.2, 0.4], takes: ["an array of numbers"] };
const chance: kind.Kind = { make: () => 0.5, takes: ["zero", "half"] };
const p = { p: chance };
const sampling = { interpolation: word("bilinear"), fill };
const pair: kind.Kind = { make: () => [1, 1], takes: ["an array of numbers"] };
const corners = given(() => [
  [0, 0],
  [3, 0],
  [3, 3],
  [0, 3],
]);
const by: kind.Kind = word("tf");
const odd: kind.Kind = { make: () => 3, takes: [] };
const batch = tensorOf([2, 3, 4, 4]);
const mixing = call({
  x: batch,
  y: kind.indicesOf([2]),
  generator,
  options: options(
    { numClasses: count(2), alpha: { make: () => 0.5, takes: ["two", "half", "2 ** 40"] } },
    "numClasses",
  ),
});
const padding: kind.Kind = { ...sizes([1, 1]), takes: ["zero", "two", "an array of numbers"], element: whole };
const padOptions = { paddingMode: word("edge"), fill };
const inside = { top: whole, left: whole, height: whole, width: whole };

/** A folder of one class with one picture. */
function folderOfOne(): string {
  const folder = mkdtempSync(join(tmpdir(), "unfold-contracts-"));
  mkdirSync(join(folder, "a"));
  copyFileSync(path, join(folder, "a/1.png"));
  return folder;
}
const folder = given(folderOfOne, "an empty string", "a word");
const examples = kind.record({
  length: count(2),
  get: kind.callable((index: number, drawing: Generator) => drawing.uniform([index + 1])),
});

export const pictureRows: Rows<typeof pictures> = {
  withChannels: call({ picture, channels, options: options({ background }) }),
  toTensor: call({ picture: { ...picture, said: ["pictures"] }, options: options({ dtype: word("u8") }) }),
  toPicture: call({ x: images }),
  pictureHeader: call({ bytes, options: options({ name: kind.text("a") }) }),
  decodePicture: call({ source, options: decoding }),
  readPicture: call({ path: place, options: decoding }),
  encodePicture: call({ picture, options: encoding }),
  writePicture: call({
    // A word is a right name: it would be written to the working folder.
    path: { ...given(() => join(tmpdir(), "unfold-contracts.png")), endless: ["an empty string", "a word"] },
    picture,
    options: encoding,
  }),
  resize: call({
    x: images,
    size: sizes([2, 2]),
    options: options({ interpolation: word("box"), antialias: truth() }),
  }),
  crop: call({ x: images, ...inside }),
  centerCrop: call({ x: images, size: { ...sizes([2, 2]), endless: ["2 ** 40"] } }),
  resizedCrop: call({
    x: images,
    ...inside,
    size: sizes([2, 2]),
    options: options({ interpolation: word("box"), antialias: truth() }),
  }),
  pad: call({ x: images, padding, options: options(padOptions) }),
  horizontalFlip: call({ x: images }),
  verticalFlip: call({ x: images }),
  normalize: call({ x: images, by }),
  denormalize: call({ x: images, by }),
  adjustBrightness: call({ x: images, factor }),
  adjustContrast: call({ x: images, factor }),
  adjustSaturation: call({ x: images, factor }),
  adjustHue: call({ x: images, factor }),
  adjustSharpness: call({ x: images, factor }),
  autocontrast: call({ x: images }),
  equalize: call({ x: images }),
  invert: call({ x: images }),
  posterize: call({ x: images, bits: { make: () => 3, takes: ["zero", "two"] } }),
  solarize: call({ x: images, threshold: factor }),
  rgbToGrayscale: call({ x: images, channels: kind.optional({ make: () => 3, takes: ["two"] }) }),
  gaussianBlur: call({
    x: images,
    kernelSize: odd,
    sigma: kind.optional({ make: () => 0.7, takes: ["two", "half", "2 ** 40", "an array of numbers"] }),
  }),
  gridSample: call({
    x: batch,
    grid: tensorOf([2, 1, 1, 2]),
    options: options({ mode: word("nearest"), paddingMode: word("border"), alignCorners: truth() }),
  }),
  affine: call({
    x: images,
    options: options({
      ...sampling,
      angle: kind.finite(20),
      translate: pair,
      scale: factor,
      shear: pair,
      center: pair,
    }),
  }),
  rotate: call({
    x: images,
    degrees: kind.finite(20),
    options: options({ ...sampling, expand: truth(), center: pair }),
  }),
  perspective: call({ x: images, startPoints: corners, endPoints: corners, options: options(sampling) }),
  randomCrop: call({ x: images, size: sizes([2, 2]), generator, options: options({ padding, ...padOptions }) }),
  randomHorizontalFlip: call({ x: images, generator, options: options(p) }),
  randomVerticalFlip: call({ x: images, generator, options: options(p) }),
  randomResizedCrop: call({
    x: images,
    size: sizes([2, 2]),
    generator,
    options: options({ scale: range, ratio: range, interpolation: word("box"), antialias: truth() }),
  }),
  colorJitter: call({
    x: images,
    generator,
    options: options({ brightness: fill, contrast: fill, saturation: fill, hue: { ...fill, make: () => 0.1 } }),
  }),
  randomGrayscale: call({ x: images, generator, options: options(p) }),
  randomGaussianBlur: call({ x: images, kernelSize: odd, generator, options: options({ sigma: range }) }),
  randomAffine: call({
    x: images,
    generator,
    options: options({ ...sampling, degrees: range, translate: range, scale: range, shear: range }),
  }),
  randomRotation: call({ x: images, angles: range, generator, options: options(sampling) }),
  randomPerspective: call({ x: images, generator, options: options({ ...sampling, ...p, distortionScale: chance }) }),
  cutout: call({ x: images, size: count(2), generator, options: options({ ...p, fill }) }),
  erase: call({ x: images, ...inside, value: kind.optional(fill) }),
  randomErasing: call({ x: images, generator, options: options({ ...p, scale: range, ratio: range, value: fill }) }),
  cutMix: mixing,
  mixUp: mixing,
  trivialAugmentWide: call({
    x: images,
    generator,
    options: options({ ...sampling, numMagnitudeBins: count(31) }),
  }),
  imageFolder: call({
    folder,
    options: options({
      channels,
      background,
      maxPixels: count(1000),
      orient: truth(),
      decoder: word("pure"),
      transform: kind.callable(() => undefined),
      generator,
      cache: count(1000),
      skip: { make: () => [], takes: ["an empty array"] },
    }),
  }),
  augmentedBatches: call({
    from: { ...examples, said: ["examples", "length", "get"] },
    size: count(2),
    options: options({
      shuffle: given(() => new Generator(1), "zero", "two", "2 ** 40"),
      seed: { make: () => 1, takes: ["zero", "two", "2 ** 40"] },
      dropLast: truth(),
      ahead: count(1),
    }),
  }),
  exampleWorkers: {
    call: {
      start: { make: () => () => worker(), takes: [], said: ["start"] },
      options: options({
        count: { make: () => 1, takes: ["two"] },
        timeout: { make: () => 30, takes: ["two", "half"] },
      }),
    },
    inside: ["start"],
  },
  ExampleWorkers: { none: "it is made by exampleWorkers" },
  serveExamples: { none: "it serves whoever started the worker that it runs in, and refuses all others" },
};

/** A worker that serves two examples, and ends with its thread. */
function worker(): Worker {
  const made = new Worker(SERVING, { eval: true });
  made.unref();
  return made;
}

const SERVING = `
require("node:worker_threads").parentPort.on("message", ({ port, signal }) => port?.postMessage({ ready: 2 }));`;
