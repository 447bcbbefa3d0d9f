import {
  assertTensor,
  checkOptions,
  DTypeError,
  interpolate,
  oneOf,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
  inCall,
} from "@unfoldjs/tensor-core";
import { assertProbability } from "../layers/arguments.ts";
import { joined } from "../layers/checks.ts";
import type { Picture } from "../pictures/picture/picture.ts";
import { COLOUR_MAPS, type ColourMapName, colourTable } from "./colour-maps.ts";

/** A picture in colour: what `encodePicture` and `writePicture` of @unfoldjs/vision-layers/pictures make a file of. */
export interface ColourPicture extends Picture {
  readonly channels: 3;
}

/** Which colours numbers get. */
export interface ColourOptions {
  /** Default "viridis"; "diverging" shows signs, with white for 0. */
  readonly map?: ColourMapName;
  /**
   * The numbers of the first and the last colour. Default the least and the largest there are; for "diverging" the largest magnitude
   * and its negative.
   */
  readonly range?: readonly [low: number, high: number];
}

export const COLOUR_CHECKS: OptionChecks<ColourOptions> = {
  map: /* @__PURE__ */ oneOf(...COLOUR_MAPS),
  range: aRange,
};

function aRange(op: string, name: string, value: unknown): void {
  if (Array.isArray(value) && value.length === 2) {
    const [low, high] = value as unknown[];
    if (Number.isFinite(low) && Number.isFinite(high) && (low as number) < (high as number)) return;
  }
  throw new ValueError(op, { [name]: value as Shape }, `${name} must be two numbers, the smaller one first`);
}

/**
 * Numbers as colours. NaN is magenta, which no map has.
 * @param values (height, width), or (1, height, width) and (1, 1, height, width), f32
 * @throws ShapeError, DTypeError unless it is one map, ValueError on options
 * @example await writePicture("saliency.png", colourise(saliency(model, picture).max(1, true)));
 */
export function colourise(values: Tensor, options: ColourOptions = {}): ColourPicture {
  checkOptions("colourise", options, COLOUR_CHECKS);
  return scope(() => {
    const plane = planeOf("colourise", "values", values);
    const [height = 0, width = 0] = plane.shape;
    return { height, width, channels: 3, data: coloured(plane.data(), options) };
  });
}

/** @returns three bytes for each number */
export function coloured(numbers: Float32Array, { map = "viridis", range }: ColourOptions): Uint8Array<ArrayBuffer> {
  const table = colourTable(map);
  const [low, high] = range ?? rangeOf(numbers, map);
  const scale = high > low ? 255 / (high - low) : 0;
  const middle = map === "diverging" && scale === 0 ? 127.5 : 0;
  const bytes = new Uint8Array(3 * numbers.length);
  for (const [at, value] of numbers.entries()) {
    if (Number.isNaN(value)) {
      bytes.set(NOT_A_NUMBER, 3 * at);
      continue;
    }
    const index = Math.round(Math.min(255, Math.max(0, (value - low) * scale + middle)));
    bytes.set(table.subarray(3 * index, 3 * index + 3), 3 * at);
  }
  return bytes;
}

const NOT_A_NUMBER: readonly number[] = [255, 0, 255];

/** What the first and the last colour of a map stand for. Infinities do not count, and get its ends. */
export function rangeOf(numbers: Iterable<number>, map: ColourMapName): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of numbers) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 0];
  if (map !== "diverging") return [low, high];
  const largest = Math.max(-low, high);
  return [-largest, largest];
}

/** Options of `overlay`. */
export interface OverlayOptions extends ColourOptions {
  /** How much of the map is seen, from 0 to 1, where its number is the largest. Default 0.6. */
  readonly opacity?: number;
}

const OVERLAY: OptionChecks<OverlayOptions> = /* @__PURE__ */ joined(COLOUR_CHECKS, { opacity: assertProbability });

/**
 * A map laid on the picture that it is of, more of it where it is larger. Maps of other sizes are made as large as the picture.
 *
 * @param picture (channels, height, width) with 1 or 3 channels, or (1, channels, height, width), from 0 to 1
 * @param map as `colourise` takes it; default colours "turbo"
 * @throws as `colourise`
 * @example overlay(picture, gradCam(model, picture.unsqueeze(0), { layer: "layer4" }))
 */
export function overlay(picture: Tensor, map: Tensor, options: OverlayOptions = {}): ColourPicture {
  const op = "overlay";
  checkOptions(op, options, OVERLAY);
  const { map: name = "turbo", opacity = 0.6 } = options;
  return scope(() => {
    const under = pictureBytes(op, picture);
    const { height, width, data } = under;
    const given = planeOf(op, "map", map);
    const fits = given.shape[0] === height && given.shape[1] === width;
    const plane = fits
      ? given
      : inCall(op, () =>
          interpolate(given.unsqueeze(0).unsqueeze(0), { size: [height, width], mode: "bilinear" }),
        ).reshape([height, width]);
    const numbers = plane.data();
    const range = options.range ?? rangeOf(numbers, name);
    const over = coloured(numbers, { map: name, range });
    const [low, high] = range;
    for (const [at, value] of numbers.entries()) {
      const strength = name === "diverging" ? Math.abs(value) / high : (value - low) / (high - low);
      const share = Number.isFinite(strength) ? opacity * Math.min(1, Math.max(0, strength)) : 0;
      for (let channel = 3 * at; channel < 3 * at + 3; channel++) {
        data[channel] = Math.round((data[channel] ?? 0) * (1 - share) + (over[channel] ?? 0) * share);
      }
    }
    return under;
  });
}

/**
 * A picture of numbers as pixels: its least number black and its largest white, unless `range` says other ones. So
 * what `maximiseActivation` gives can be looked at, and filters of three channels.
 * @param picture (channels, height, width) with 1 or 3 channels, or (1, channels, height, width), f32
 * @throws ShapeError, DTypeError, ValueError
 */
export function pictureOf(picture: Tensor, options: Pick<ColourOptions, "range"> = {}): ColourPicture {
  checkOptions("pictureOf", options, { range: aRange });
  assertFloats("pictureOf", "picture", picture);
  return pictureBytes("pictureOf", picture, options.range ?? rangeOf(picture.data(), "gray"));
}

/** @param range what becomes 0 and 255 */
export function pictureBytes(op: string, picture: Tensor, range: readonly [number, number] = [0, 1]): ColourPicture {
  assertFloats(op, "picture", picture);
  const shape = picture.rank === 4 && picture.shape[0] === 1 ? picture.shape.slice(1) : picture.shape;
  const [channels = 0, height = 0, width = 0] = shape;
  if (shape.length !== 3 || (channels !== 1 && channels !== 3)) {
    const rule = "a picture is (channels, height, width) with 1 or 3 channels";
    const fix = picture.rank === 4 ? "one of a batch: picture.at(0)" : undefined;
    throw new ShapeError(op, { picture: picture.shape }, rule, fix);
  }
  const [low, high] = range;
  const scale = high > low ? 255 / (high - low) : 0;
  const numbers = picture.data();
  const bytes = new Uint8ClampedArray(3 * height * width); // rounds, and takes NaN for 0
  for (let channel = 0; channel < 3; channel++) {
    const from = channels === 1 ? 0 : channel * height * width;
    for (let at = 0; at < height * width; at++) bytes[3 * at + channel] = ((numbers[from + at] ?? 0) - low) * scale;
  }
  return { height, width, channels: 3, data: new Uint8Array(bytes.buffer) };
}

/** The one map that there is. @returns (height, width) */
function planeOf(op: string, name: string, values: Tensor): Tensor {
  assertFloats(op, name, values);
  const { rank, shape } = values;
  if (rank >= 2 && shape.slice(0, -2).every((size) => size === 1)) return values.reshape(shape.slice(-2));
  const rule = `${name} must be one map, (height, width)`;
  throw new ShapeError(op, { [name]: shape }, rule, "gridOf shows several; one of a batch is map.at(0)");
}

export function assertFloats(op: string, name: string, values: Tensor): void {
  assertTensor(op, name, values);
  if (values.dtype === "f32") return;
  throw new DTypeError(op, { [name]: values.dtype }, "takes f32", `${name}.to("f32")`);
}
