export { fashionMnist, mnist, type MnistOptions } from "./mnist.ts";
export type { FileSource } from "./files.ts";
export { type ImageDataset, imagesFromIdx, pick, split, subset } from "./image-dataset.ts";
export { type Batch, batches, type Batches, type BatchOptions, MNIST_STATISTICS } from "./batches.ts";
export { gunzip, type Idx, type IdxArray, parseIdx } from "./idx.ts";
