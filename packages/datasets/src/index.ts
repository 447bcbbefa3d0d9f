export { fashionMnist, mnist, type MnistOptions } from "./mnist.ts";
export type { FileSource } from "./files.ts";
export {
  type ImageBatch,
  ImageDataset,
  type ImageValues,
  MNIST_STATISTICS,
  type Normalisation,
} from "./image-dataset.ts";
export { normalised, pick, split, subset } from "./image-parts.ts";
export { imagesFromIdx } from "./images-from-idx.ts";
export { gunzip, type Idx, type IdxArray, parseIdx } from "./idx.ts";
