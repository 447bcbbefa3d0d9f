import {
  assertOneOf,
  checkOptions,
  inCall,
  type OptionChecks,
  pad as padTensor,
  scope,
  type Shape,
  tensor,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aFill, type Fill, fillOf } from "../arguments/checks.ts";
import type { Picture } from "../picture/picture.ts";
import { isOfBytes } from "../picture/tensors.ts";
import { spatial } from "../resize/resize.ts";

/** How far each side grows: as much everywhere, at the sides and above and below, or each of its own. */
export type PicturePadding =
  | number
  | readonly [sides: number, aboveAndBelow: number]
  | readonly [left: number, top: number, right: number, bottom: number];

/** What stands around a picture. */
export interface PicturePadOptions {
  /** A colour, the border's own pixels, or those within mirrored at the outermost. Default "constant". */
  readonly paddingMode?: "constant" | "edge" | "reflect";
  /** The colour: 0 … 255 for a picture, 0 … 1 for a tensor; one for all channels or one for each. Default 0. */
  readonly fill?: Fill;
}

const OPTIONS: OptionChecks<PicturePadOptions> = {
  paddingMode: (op, name, value) => assertOneOf(op, name, value, ["constant", "edge", "reflect"]),
  fill: aFill,
};

/**
 * A picture with a frame: torchvision's `pad`, sides in its order.
 * @param x a picture, or f32 (…, channels, height, width) @throws ValueError on sides that are no whole numbers from 0 up, or are
 * too long to be mirrored
 */
export function pad(x: Picture, padding: PicturePadding, options?: PicturePadOptions): Picture;
export function pad(x: Tensor, padding: PicturePadding, options?: PicturePadOptions): Tensor;
export function pad<X extends Picture | Tensor>(x: X, padding: PicturePadding, options?: PicturePadOptions): X;
export function pad(x: Picture | Tensor, padding: PicturePadding, options: PicturePadOptions = {}): Picture | Tensor {
  isOfBytes("pad", "x", x);
  const sides = sidesOf("pad", padding);
  checkOptions("pad", options, OPTIONS);
  return padded("pad", x, sides, options.paddingMode ?? "constant", options.fill ?? 0);
}

type Sides = readonly [left: number, top: number, right: number, bottom: number];

/** Sides that were checked. @throws ValueError */
export function sidesOf(op: string, padding: unknown): Sides {
  const given: readonly unknown[] = Array.isArray(padding) ? Array.from(padding as unknown[]) : [padding];
  const wanted = "a whole number from 0 up, [sides, above and below] or [left, top, right, bottom]";
  const isSide = (each: unknown): each is number => Number.isSafeInteger(each) && (each as number) >= 0;
  if (![1, 2, 4].includes(given.length) || !given.every(isSide) || given.some((each) => each > 2 ** 20))
    throw wrongArgument(op, "padding", padding, wanted);
  const [left = 0, top = left, right = left, bottom = top] = given;
  return [left, top, right, bottom];
}

export function padded<X extends Picture | Tensor>(
  op: string,
  x: X,
  sides: Sides,
  mode: "constant" | "edge" | "reflect",
  fill: Fill,
): X;
export function padded(
  op: string,
  x: Picture | Tensor,
  sides: Sides,
  mode: "constant" | "edge" | "reflect",
  fill: Fill,
): Picture | Tensor {
  const isBytes = isOfBytes(op, "x", x);
  const [height, width] = isBytes ? [x.height, x.width] : spatial(x);
  const [left, top, right, bottom] = sides;
  if (mode === "reflect" && (Math.max(left, right) >= width || Math.max(top, bottom) >= height)) {
    const came = { picture: [height, width], padding: sides };
    throw new ValueError(op, came, "a mirrored side must be shorter than the picture");
  }
  return isBytes ? paddedPicture(op, x, sides, mode, fill) : paddedTensor(op, x, sides, mode, fill);
}

const MODES = { constant: "constant", edge: "replicate", reflect: "reflect" } as const;

function paddedTensor(
  op: string,
  x: Tensor,
  [left, top, right, bottom]: Sides,
  mode: keyof typeof MODES,
  fill: Fill,
): Tensor {
  const channels = x.shape.at(-3) ?? 1;
  const colours = fillOf(op, fill, channels);
  return inCall(op, () =>
    scope(() => {
      const sides = [
        [top, bottom],
        [left, right],
      ] as const;
      if (mode !== "constant") return padTensor(x, sides, { mode: MODES[mode] });
      if (colours.every((each) => each === 0)) return padTensor(x, sides);
      const colour: Tensor = tensor(colours.slice()).reshape([channels, 1, 1]);
      const framed: Tensor = padTensor(x.sub<Shape, Shape>(colour), sides);
      return framed.add<Shape, Shape>(colour);
    }),
  );
}

function paddedPicture(
  op: string,
  x: Picture,
  [left, top, right, bottom]: Sides,
  mode: keyof typeof MODES,
  fill: Fill,
): Picture {
  const { channels } = x;
  const [height, width] = [x.height + top + bottom, x.width + left + right];
  const colour = Uint8Array.from(fillOf(op, fill, channels));
  const rows = placesOf(top, x.height, height, mode);
  const columns = placesOf(left, x.width, width, mode);
  const data = new Uint8Array(height * width * channels);
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * x.width + column) * channels;
      for (let c = 0; c < channels; c++) data[at++] = (row < 0 || column < 0 ? colour[c] : x.data[from + c]) ?? 0;
    }
  }
  return { height, width, channels, data };
}

/** Where each row or column of the result comes from; −1 where it is a colour. */
function placesOf(before: number, size: number, length: number, mode: keyof typeof MODES): Int32Array {
  return Int32Array.from({ length }, (_, i) => {
    const place = i - before;
    if (place >= 0 && place < size) return place;
    if (mode === "constant") return -1;
    if (mode === "edge") return place < 0 ? 0 : size - 1;
    return place < 0 ? -place : 2 * (size - 1) - place;
  });
}
