import { assertWhole, inCall, scope, type Tensor, ValueError } from "@unfoldjs/tensor-core";
import type { Picture } from "../picture/picture.ts";
import { isOfBytes } from "../picture/tensors.ts";
import { type PictureSize, resize, type ResizeOptions, sizesOf, spatial } from "../resize/resize.ts";
import { padded } from "./pad.ts";

/** Height and width of either kind of picture. */
export function sizeOfEither(op: string, x: Picture | Tensor): readonly [height: number, width: number] {
  return isOfBytes(op, "x", x) ? [x.height, x.width] : spatial(x);
}

/**
 * A part of a picture. torchvision's `crop`, which however fills up what lies outside.
 * @param x a picture, or f32 (…, channels, height, width) @throws ValueError unless the part lies within the picture
 */
export function crop(x: Picture, top: number, left: number, height: number, width: number): Picture;
export function crop(x: Tensor, top: number, left: number, height: number, width: number): Tensor;
export function crop<X extends Picture | Tensor>(x: X, top: number, left: number, height: number, width: number): X;
export function crop(x: Picture | Tensor, top: number, left: number, height: number, width: number): Picture | Tensor {
  const op = "crop";
  const [rows, columns] = sizeOfEither(op, x);
  assertWhole(op, "top", top);
  assertWhole(op, "left", left);
  assertWhole(op, "height", height, 1);
  assertWhole(op, "width", width, 1);
  if (top + height > rows || left + width > columns) {
    const came = { picture: [rows, columns], top, left, height, width };
    throw new ValueError(op, came, "the part must lie within the picture", "pad it first: pad(x, …)");
  }
  return cropped(op, x, top, left, height, width);
}

function cropped<X extends Picture | Tensor>(
  op: string,
  x: X,
  top: number,
  left: number,
  height: number,
  width: number,
): X;
function cropped(
  op: string,
  x: Picture | Tensor,
  top: number,
  left: number,
  height: number,
  width: number,
): Picture | Tensor {
  if (!isOfBytes(op, "x", x)) {
    return inCall(op, () =>
      scope(() => {
        const rows: Tensor = x.slice(-2, top, top + height);
        return rows.slice(-1, left, left + width).clone();
      }),
    );
  }
  const { channels } = x;
  const data = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * x.width + left) * channels;
    data.set(x.data.subarray(start, start + width * channels), y * width * channels);
  }
  return { height, width, channels, data };
}

/**
 * The middle of a picture; where this is smaller than `size`, zeros around it, as torchvision's `center_crop`.
 * @param x a picture, or f32 (…, channels, height, width) @param size [height, width], or one number for both
 * @throws ValueError on sizes
 */
export function centerCrop(x: Picture, size: PictureSize): Picture;
export function centerCrop(x: Tensor, size: PictureSize): Tensor;
export function centerCrop<X extends Picture | Tensor>(x: X, size: PictureSize): X;
export function centerCrop(x: Picture | Tensor, size: PictureSize): Picture | Tensor {
  const op = "centerCrop";
  const [rows, columns] = sizeOfEither(op, x);
  const [height, width] = sizesOf(op, "size", size);
  const [more, wider] = [Math.max(0, height - rows), Math.max(0, width - columns)];
  const framed =
    more + wider === 0 ? x : padded(op, x, [wider >> 1, more >> 1, (wider + 1) >> 1, (more + 1) >> 1], "constant", 0);
  const [top, left] = [middle(rows + more - height), middle(columns + wider - width)];
  const part = cropped(op, framed, top, left, height, width);
  if (framed !== x && !isOfBytes(op, "x", framed)) framed.dispose();
  return part;
}

/** Half of it, rounded to even, as Python does. */
function middle(rest: number): number {
  return rest % 4 === 3 ? (rest + 1) / 2 : Math.floor(rest / 2);
}

/**
 * `crop` and then `resize`: torchvision's `resized_crop`.
 * @param x a picture, or f32 (…, channels, height, width) @throws ValueError as they do
 */
export function resizedCrop(
  x: Picture,
  top: number,
  left: number,
  height: number,
  width: number,
  size: PictureSize,
  options?: ResizeOptions,
): Picture;
export function resizedCrop(
  x: Tensor,
  top: number,
  left: number,
  height: number,
  width: number,
  size: PictureSize,
  options?: ResizeOptions,
): Tensor;
export function resizedCrop<X extends Picture | Tensor>(
  x: X,
  top: number,
  left: number,
  height: number,
  width: number,
  size: PictureSize,
  options?: ResizeOptions,
): X;
export function resizedCrop(
  x: Picture | Tensor,
  top: number,
  left: number,
  height: number,
  width: number,
  size: PictureSize,
  options: ResizeOptions = {},
): Picture | Tensor {
  return inCall("resizedCrop", () => {
    const both = sizesOf("resizedCrop", "size", size);
    const part = crop(x, top, left, height, width);
    if (isOfBytes("resizedCrop", "x", part)) return resize(part, both, options);
    try {
      return resize(part, both, options);
    } finally {
      part.dispose();
    }
  });
}
