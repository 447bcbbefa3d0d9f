import { type Generator, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import {
  colorJitter,
  imageFolder,
  type ImageFolder,
  randomHorizontalFlip,
  randomResizedCrop,
  serveExamples,
  toTensor,
  trivialAugmentWide,
} from "../../pictures.ts";

// What workers of tests run: examples of a folder that the environment names, augmented.

export function examplesOf(folder: string): ImageFolder {
  return imageFolder(folder, {
    transform: (picture, generator): Tensor => {
      if (picture.data[0] === 7) throw new Error("a picture that the test's transform does not take");
      const part = toTensor(randomResizedCrop(picture, 12, generator));
      const jittered = colorJitter(randomHorizontalFlip(part, generator), generator, { brightness: 0.3, hue: 0.1 });
      return trivialAugmentWide(jittered, generator);
    },
  });
}

/** Numbers, without a file. */
export const drawn = {
  length: 10,
  get: (index: number, generator: Generator): { x: Tensor; y: Tensor<[], "i32"> } => ({
    x: generator.uniform([2, 3]),
    y: tensor(index, "i32"),
  }),
};

const isRun = !isMainThread && pathToFileURL(import.meta.filename).href === import.meta.url;
const folder = process.env["UNFOLD_SERVED"];
if (isRun && folder !== undefined) {
  if (folder === "nothing") throw new Error("this worker cannot start");
  serveExamples(folder === "drawn" ? drawn : examplesOf(folder));
}
