import { FormatError, assertList, assertRecord } from "@unfoldjs/tensor-core";
import type { Idx } from "./idx.ts";
import { assertClasses, ImageDataset } from "./image-dataset.ts";

/**
 * A data set from two IDX files. Neither is copied.
 * @param images (size, height, width) bytes   @param labels (size) bytes
 * @throws FormatError if one holds something else, or the two do not go together
 */
export function imagesFromIdx(images: Idx, labels: Idx, classes: readonly string[]): ImageDataset {
  assertIdx("images", images);
  assertIdx("labels", labels);
  assertClasses("imagesFromIdx", classes);
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
  return new ImageDataset({ images: images.data, labels: labels.data, classes, channels: 1, height, width });
}

/** @throws ValueError unless it is what `parseIdx` gives */
function assertIdx(name: string, idx: Idx): void {
  assertRecord("imagesFromIdx", name, idx, "what parseIdx gives: { shape, data }");
  assertList("imagesFromIdx", `${name}.shape`, idx.shape, "an array of sizes");
}
