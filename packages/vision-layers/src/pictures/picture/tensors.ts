import {
  assertOneOf,
  assertTensor,
  checkOptions,
  type DType,
  DTypeError,
  fromArray,
  type OptionChecks,
  type Shape,
  ShapeError,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertPicture, type Channels, isPicture, type Picture } from "./picture.ts";

/** Options of `toTensor`. */
export interface ToTensorOptions<D extends "f32" | "u8" = "f32" | "u8"> {
  /** "f32": 0 … 1, each byte by 255, as torchvision's `ToTensor`. "u8": the bytes, as its `PILToTensor`. Default "f32". */
  readonly dtype?: D;
}

const OPTIONS: OptionChecks<ToTensorOptions> = {
  dtype: (op, name, value) => assertOneOf(op, name, value, ["f32", "u8"]),
};

/**
 * A picture as a tensor for layers, channels first; several pictures of one size as a batch.
 *
 * @returns (channels, height, width), of a list (batch, channels, height, width) @throws ShapeError if pictures differ in size or
 * channels, ValueError on what are no pictures
 * @example const x = normalize(toTensor(resize(picture, 224)), "imagenet");
 */
export function toTensor<D extends "f32" | "u8" = "f32">(
  picture: Picture,
  options?: ToTensorOptions<D>,
): Tensor<[number, number, number], D>;
export function toTensor<D extends "f32" | "u8" = "f32">(
  pictures: readonly Picture[],
  options?: ToTensorOptions<D>,
): Tensor<[number, number, number, number], D>;
export function toTensor(
  pictures: Picture | readonly Picture[],
  options: ToTensorOptions = {},
): Tensor<Shape, "f32" | "u8"> {
  checkOptions("toTensor", options, OPTIONS);
  const { dtype = "f32" } = options;
  const isOne = !Array.isArray(pictures);
  const list: readonly Picture[] = isOne ? [pictures as Picture] : Array.from(pictures as readonly Picture[]);
  for (const [at, picture] of list.entries()) assertPicture("toTensor", isOne ? "picture" : `pictures[${at}]`, picture);
  const [first] = list;
  if (first === undefined) throw wrongArgument("toTensor", "pictures", pictures, "a picture, or a list of some");
  const { channels, height, width } = first;
  const other = list.find((each) => each.channels !== channels || each.height !== height || each.width !== width);
  if (other !== undefined) {
    const shapes = { first: [channels, height, width], other: [other.channels, other.height, other.width] };
    const fix = "resize or crop them first; decodePicture(…, { channels: 3 }) gives all as many channels";
    throw new ShapeError("toTensor", shapes, "pictures of a batch must be of one size, with as many channels", fix);
  }
  const [pixels, size] = [height * width, channels * height * width];
  const values = dtype === "f32" ? new Float32Array(list.length * size) : new Uint8Array(list.length * size);
  const by = dtype === "f32" ? 255 : 1;
  for (const [at, { data }] of list.entries()) {
    for (let channel = 0; channel < channels; channel++) {
      const start = at * size + channel * pixels;
      for (let pixel = 0, from = channel; pixel < pixels; pixel++, from += channels)
        values[start + pixel] = (data[from] ?? 0) / by;
    }
  }
  return fromArray<Shape, "f32" | "u8">(
    values,
    isOne ? [channels, height, width] : [list.length, channels, height, width],
    dtype,
  );
}

/**
 * What `toTensor` made of a picture as a picture again: f32 as 0 … 1, rounded, and cut off beyond; u8 as it is.
 *
 * @param x (channels, height, width) of 1, 3 or 4 channels, or (height, width)
 * @throws ShapeError on other shapes, DTypeError unless it is f32 or u8
 */
export function toPicture(x: Tensor<Shape, DType>): Picture {
  assertTensor("toPicture", "x", x);
  const [height = 0, width = 0] = x.shape.slice(-2);
  const channels = x.rank === 2 ? 1 : x.shape[0];
  if ((x.rank !== 2 && x.rank !== 3) || (channels !== 1 && channels !== 3 && channels !== 4) || height * width === 0) {
    throw new ShapeError(
      "toPicture",
      { x: x.shape },
      "x must be (channels, height, width) with 1, 3 or 4 channels and at least one pixel",
      x.rank === 4 ? "one of a batch is x.at(0)" : undefined,
    );
  }
  if (x.dtype !== "f32" && x.dtype !== "u8") {
    throw new DTypeError("toPicture", { x: x.dtype }, "x must be f32, 0 … 1, or u8", 'x.to("f32")');
  }
  const values = x.data();
  const pixels = height * width;
  const data = new Uint8ClampedArray(pixels * channels);
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0, at = channel; pixel < pixels; pixel++, at += channels) {
      const value = values[channel * pixels + pixel] ?? 0;
      data[at] = x.dtype === "u8" ? value : Math.floor(value * 255 + 0.5); // NaN becomes 0
    }
  }
  return { height, width, channels: channels satisfies Channels, data: new Uint8Array(data.buffer) };
}

/** A picture, or a tensor of one: what the functions that are for both take. */
export function isOfBytes(op: string, name: string, x: unknown): x is Picture {
  if (isPicture(x)) {
    assertPicture(op, name, x);
    return true;
  }
  assertImages(op, name, x);
  return false;
}

/** @throws ShapeError unless it is f32 (…, channels, height, width) with a pixel in it, DTypeError if it is not f32 */
export function assertImages(op: string, name: string, x: unknown): asserts x is Tensor {
  if (typeof x !== "object" || x === null || !("dtype" in x))
    throw wrongArgument(op, name, x, "a picture as decodePicture gives, or a tensor (…, channels, height, width)");
  assertTensor(op, name, x);
  if (x.dtype !== "f32") {
    throw new DTypeError(op, { [name]: x.dtype }, `${name} must be f32, 0 … 1`, 'of bytes: x.to("f32").div(255)');
  }
  if ((x.rank === 3 || x.rank === 4) && x.size > 0) return;
  const rule = `${name} must be (channels, height, width) or (batch, channels, height, width), and not empty`;
  throw new ShapeError(op, { [name]: x.shape }, rule);
}
