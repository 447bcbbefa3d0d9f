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
