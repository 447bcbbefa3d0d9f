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
export { gunzip } from "./compressed.ts";
export { type Idx, type IdxArray, parseIdx } from "./idx.ts";
export { type Verse, verses, type VersesOptions } from "./verses.ts";
