import {
  assertBoolean,
  assertFinite,
  checkOptions,
  type OptionChecks,
  type Tensor,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aFill, type Fill, someNumbers } from "../arguments/checks.ts";
import { within } from "../colour/adjust.ts";
import { assertImages } from "../picture/tensors.ts";
import { sineOfTurns } from "../resize/sine.ts";
import { spatial } from "../resize/resize.ts";
import { type AffineMap, affineGrid, sampled } from "./grids.ts";
import { interpolationCheck } from "./options.ts";

/** What is between pixels, and outside of the picture. */
export interface SamplingOptions {
  /** Default "nearest", as torchvision's; "bilinear" is smoother. */
  readonly interpolation?: "nearest" | "bilinear";
  /** The colour outside; absent: 0. A number blends with it at the border, as torchvision does. */
  readonly fill?: Fill;
}

/** Options of `affine`. */
export interface AffineOptions extends SamplingOptions {
  /** Degrees, clockwise. Default 0. */
  readonly angle?: number;
  /** Pixels to the right and down. Default [0, 0]. */
  readonly translate?: readonly [x: number, y: number];
  /** How many times larger. Default 1. */
  readonly scale?: number;
  /** Degrees along x and along y. Default [0, 0]. */
  readonly shear?: readonly [x: number, y: number];
  /** What stays where it is, in pixels from the upper left corner. Default the middle. */
  readonly center?: readonly [x: number, y: number];
}

const pair = /* @__PURE__ */ someNumbers(2, "two finite numbers, [x, y]");

const OPTIONS: OptionChecks<AffineOptions> = {
  interpolation: interpolationCheck,
  fill: aFill,
  angle: assertFinite,
  translate: pair,
  scale: (op, name, value) => {
    assertFinite(op, name, value);
    if (value <= 0) throw wrongArgument(op, name, value, "a number above 0");
  },
  shear: pair,
  center: pair,
};

/**
 * Pictures turned, moved, scaled and sheared about a point, as torchvision's `affine`.
 * @param x f32 (…, channels, height, width) @throws ShapeError, ValueError on options
 * @example affine(x, { angle: 15, translate: [4, 0], scale: 1.1, interpolation: "bilinear" })
 */
export function affine(x: Tensor, options: AffineOptions): Tensor {
  assertImages("affine", "x", x);
  checkOptions("affine", options, OPTIONS);
  const { angle = 0, shear = [0, 0], ...rest } = options;
  const [tangentX, tangentY] = [tangent(shear[0]), tangent(shear[1])];
  return affineOf("affine", x, { angle, tangentX, tangentY, ...rest });
}

/** As `affine` takes them, shears by their tangents. */
export interface AffineParts extends Omit<AffineOptions, "shear"> {
  readonly angle: number;
  readonly tangentX: number;
  readonly tangentY: number;
}

/** `affine` for the function `op`. */
export function affineOf(op: string, x: Tensor, parts: AffineParts): Tensor {
  const [height, width] = spatial(x);
  const { interpolation = "nearest", fill } = parts;
  const map = inverseMap(parts, [height, width]);
  return within(op, () => sampled(op, x, affineGrid(map, x, height, width), interpolation, fill));
}

/** Where a place of the result comes from, counted from the middle: C · (R · S · H)⁻¹ · C⁻¹ · T⁻¹, torchvision's order. */
function inverseMap(parts: AffineParts, [height, width]: readonly [number, number]): AffineMap {
  const { angle, tangentX, tangentY, translate = [0, 0], scale = 1, center = [width / 2, height / 2] } = parts;
  const [sine, cosine] = [sineOfTurns(angle / 360), sineOfTurns(angle / 360 + 0.25)];
  const a = cosine + sine * tangentY;
  const c = sine - cosine * tangentY;
  const [b, d] = [-(a * tangentX + sine), cosine - c * tangentX];
  const [x, y] = [center[0] - width / 2, center[1] - height / 2];
  const [moveX, moveY] = [x + translate[0], y + translate[1]];
  const [xx, xy, yx, yy] = [d / scale, -b / scale, -c / scale, a / scale];
  return [xx, xy, x - xx * moveX - xy * moveY, yx, yy, y - yx * moveX - yy * moveY];
}

/** Of degrees. */
function tangent(degrees: number): number {
  return sineOfTurns(degrees / 360) / sineOfTurns(degrees / 360 + 0.25);
}

/** Options of `rotate`. */
export interface RotateOptions extends SamplingOptions {
  /** Whether the result is as large as the turned picture needs. Default false: its corners are cut off. */
  readonly expand?: boolean;
  /** What stays where it is, in pixels from the upper left corner. Default the middle. */
  readonly center?: readonly [x: number, y: number];
}

const ROTATE_OPTIONS: OptionChecks<RotateOptions> = {
  interpolation: interpolationCheck,
  fill: aFill,
  expand: assertBoolean,
  center: pair,
};

/**
 * Pictures turned against the clock, as torchvision's `rotate`. By right angles, where sizes allow it, nothing is lost.
 * @param x f32 (…, channels, height, width) @throws ShapeError, ValueError on options
 */
export function rotate(x: Tensor, degrees: number, options: RotateOptions = {}): Tensor {
  const op = "rotate";
  assertImages(op, "x", x);
  assertFinite(op, "degrees", degrees);
  checkOptions(op, options, ROTATE_OPTIONS);
  const { expand = false, center, interpolation = "nearest", fill } = options;
  const [height, width] = spatial(x);
  const angle = ((degrees % 360) + 360) % 360;
  if (center === undefined) {
    if (angle === 0) return x.clone();
    if (angle === 180) return x.flip([-2, -1]);
    if ((angle === 90 || angle === 270) && (expand || height === width))
      return within(op, () => x.transpose(-2, -1).flip(angle === 90 ? -2 : -1));
  }
  const parts = { angle: -angle, tangentX: 0, tangentY: 0, ...(center !== undefined && { center }) };
  const map = inverseMap(parts, [height, width]);
  const [rows, columns] = expand ? turnedSize(map, height, width) : [height, width];
  return within(op, () => sampled(op, x, affineGrid(map, x, rows, columns), interpolation, fill));
}

/** The size of what holds the turned picture, as PIL counts it. */
function turnedSize([a, b, c, d, e, f]: AffineMap, height: number, width: number): readonly [number, number] {
  const [halfWidth, halfHeight] = [width / 2, height / 2];
  const corners = [-1, 1].flatMap((x) => [-1, 1].map((y) => [x * halfWidth, y * halfHeight] as const));
  const across = corners.map(([x, y]) => tidy(a * x + b * y + c + halfWidth));
  const down = corners.map(([x, y]) => tidy(d * x + e * y + f + halfHeight));
  const length = (places: readonly number[]): number =>
    Math.ceil(Math.max(...places)) - Math.floor(Math.min(...places));
  return [length(down), length(across)];
}

/** What rounding has left of a whole number: a corner that lies 1e-13 outside needs no pixel more. */
function tidy(place: number): number {
  return Math.round(place * 2 ** 16) / 2 ** 16;
}
