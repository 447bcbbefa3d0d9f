// Pictures
export type { Channels, Picture } from "./pictures/picture/picture.ts";
export { type ChannelOptions, withChannels } from "./pictures/picture/channels.ts";
export { toPicture, toTensor, type ToTensorOptions } from "./pictures/picture/tensors.ts";

// Files
export {
  type PictureFormat,
  pictureHeader,
  type PictureHeader,
  type PictureHeaderOptions,
} from "./pictures/header/header.ts";
export { decodePicture, readPicture } from "./pictures/io/decode.ts";
export type { DecodeOptions } from "./pictures/io/options.ts";
export type { PictureSource } from "./pictures/io/source.ts";
export { encodePicture, type EncodeOptions, writePicture } from "./pictures/io/encode.ts";

// Sizes
export { resize, type PictureSize, type ResizeOptions } from "./pictures/resize/resize.ts";
export type { ResizeFilter } from "./pictures/resize/filters.ts";
export { centerCrop, crop, resizedCrop } from "./pictures/frame/crop.ts";
export { pad, type PicturePadding, type PicturePadOptions } from "./pictures/frame/pad.ts";
export { horizontalFlip, verticalFlip } from "./pictures/frame/flip.ts";
export {
  denormalize,
  normalizations,
  normalize,
  type Normalization,
  type NormalizationName,
} from "./pictures/frame/normalize.ts";

// Colours
export {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  autocontrast,
  invert,
  posterize,
  rgbToGrayscale,
  solarize,
} from "./pictures/colour/adjust.ts";
export { adjustHue } from "./pictures/colour/hue.ts";
export { adjustSharpness, type BlurSize, gaussianBlur } from "./pictures/colour/blur.ts";
export { equalize } from "./pictures/colour/equalize.ts";

// Places
export { gridSample, type GridSampleOptions } from "./pictures/geometry/grid-sample.ts";
export {
  affine,
  type AffineOptions,
  rotate,
  type RotateOptions,
  type SamplingOptions,
} from "./pictures/geometry/affine.ts";
export { type Corners, perspective } from "./pictures/geometry/perspective.ts";
export type { Fill, Range } from "./pictures/arguments/checks.ts";

// By chance
export {
  type ChanceOptions,
  randomCrop,
  type RandomCropOptions,
  randomHorizontalFlip,
  randomResizedCrop,
  type RandomResizedCropOptions,
  randomVerticalFlip,
} from "./pictures/random/random-frame.ts";
export {
  colorJitter,
  type ColorJitterOptions,
  type RandomBlurOptions,
  randomGaussianBlur,
  randomGrayscale,
} from "./pictures/random/random-colour.ts";
export {
  randomAffine,
  type RandomAffineOptions,
  randomPerspective,
  type RandomPerspectiveOptions,
  randomRotation,
} from "./pictures/random/random-geometry.ts";
export {
  cutout,
  type CutoutOptions,
  erase,
  randomErasing,
  type RandomErasingOptions,
} from "./pictures/random/erasing.ts";
export { cutMix, type Mixed, type MixOptions, mixUp } from "./pictures/random/mix.ts";
export { trivialAugmentWide, type TrivialAugmentOptions } from "./pictures/random/trivial-augment.ts";

// Data sets
export {
  type DamagedFile,
  imageFolder,
  type ImageFolder,
  type ImageFolderOptions,
  type LabelledPicture,
} from "./pictures/folder/image-folder.ts";
export {
  augmentedBatches,
  type AugmentedBatches,
  type AugmentedOptions,
} from "./pictures/workers/augmented-batches.ts";
export { ExampleWorkers, exampleWorkers, type WorkerOptions } from "./pictures/workers/example-workers.ts";
export type { DrawnExamples } from "./pictures/workers/examples.ts";
export { serveExamples } from "./pictures/workers/serve.ts";
