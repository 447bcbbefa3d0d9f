import {
  assertBoolean,
  assertOneOf,
  checkOptions,
  type Evidence,
  fromArray,
  inCall,
  interpolate,
  matmul,
  type OptionChecks,
  scope,
  type Shape,
  type Tensor,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import type { Picture } from "../picture/picture.ts";
import { isOfBytes } from "../picture/tensors.ts";
import type { ResizeFilter } from "./filters.ts";
import { resampled } from "./resample.ts";
import { windowsOf } from "./windows.ts";

/** Options of `resize`. */
export interface ResizeOptions {
  /** What a pixel of the result is made of. Default "bilinear", as torchvision's. */
  readonly interpolation?: ResizeFilter;
  /** Tensors only: whether a smaller picture is made of all pixels that each of its own covers, as pictures always are. Default true. */
  readonly antialias?: boolean;
}

export const INTERPOLATIONS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"] as const;

const OPTIONS: OptionChecks<ResizeOptions> = {
  interpolation: (op, name, value) => assertOneOf(op, name, value, INTERPOLATIONS),
  antialias: assertBoolean,
};

/** One number for the shorter side, or height and width. */
export type PictureSize = number | readonly [height: number, width: number];

/**
 * A picture of another size. Of bytes it is PIL's `Image.resize`, byte for byte; of a tensor torchvision's `resize`, and can be
 * derived from.
 *
 * @param x a picture, or f32 (…, channels, height, width)
 * @param size [height, width], or one number: that of the shorter side, the other in proportion, rounded down as torchvision does
 * @throws ValueError on sizes that are no whole numbers from 1 up, on one that would take more than 2²⁹ numbers at once, or on options
 * @example resize(picture, 256, { interpolation: "bicubic" })
 */
export function resize(x: Picture, size: PictureSize, options?: ResizeOptions): Picture;
export function resize(x: Tensor, size: PictureSize, options?: ResizeOptions): Tensor;
export function resize(x: Picture | Tensor, size: PictureSize, options: ResizeOptions = {}): Picture | Tensor {
  const isBytes = isOfBytes("resize", "x", x);
  checkOptions("resize", options, OPTIONS);
  const [rows, columns] = isBytes ? [x.height, x.width] : spatial(x);
  const [height, width] = targetOf("resize", size, rows, columns);
  const { interpolation = "bilinear", antialias = true } = options;
  const isByMatrix = !isBytes && !isInterpolated(interpolation);
  assertResizable(isBytes ? x.data.length : x.size, isByMatrix, [rows, columns], [height, width]);
  if (isBytes) return resampled(x, height, width, interpolation);
  return inCall("resize", () => scope(() => resizedTensor(x, height, width, interpolation, antialias)));
}

/** Height and width of a tensor of pictures. */
export function spatial(x: Tensor): readonly [height: number, width: number] {
  const [height = 0, width = 0] = x.shape.slice(-2);
  return [height, width];
}

/** Checked sizes. @throws ValueError */
export function sizesOf(op: string, name: string, size: unknown): readonly [height: number, width: number] {
  const pair: unknown[] = Array.isArray(size) ? Array.from(size as unknown[]) : [size, size];
  const isSize = (each: unknown): each is number => Number.isSafeInteger(each) && (each as number) >= 1;
  const [height, width] = pair;
  if (pair.length !== 2 || !isSize(height) || !isSize(width))
    throw wrongArgument(op, name, size, "one whole number from 1 up, or [height, width]");
  assertRoom(op, { [name]: [height, width] }, height * width);
  return [height, width];
}

/** Numbers of a result, or of a step on the way: 2 GiB of f32, as much as half of what the core can have. */
const MOST = 2 ** 29;

/** Before anything is allocated. @throws ValueError if there would be too many numbers */
function assertRoom(op: string, came: Readonly<Record<string, Evidence>>, count: number): void {
  if (count <= MOST) return;
  const rule = `this takes room for ${count} numbers at once, and ${MOST} is the most that is made`;
  throw new ValueError(op, came, rule, "choose a smaller size, or take fewer pictures at a time");
}

/** @param count numbers of all pictures @param isByMatrix whether an axis' weights are a matrix */
function assertResizable(
  count: number,
  isByMatrix: boolean,
  [rows, columns]: readonly [number, number],
  [height, width]: readonly [number, number],
): void {
  const planes = count / Math.max(1, rows * columns);
  const came = { x: [rows, columns], size: [height, width], planes };
  // One axis is done first: the result, and either step before it.
  const steps = [height * width, rows * width, height * columns];
  assertRoom("resize", came, planes * Math.max(...steps));
  if (isByMatrix) assertRoom("resize", came, Math.max(rows * height, columns * width));
}

function targetOf(op: string, size: unknown, rows: number, columns: number): readonly [height: number, width: number] {
  const [height, width] = sizesOf(op, "size", size);
  if (Array.isArray(size)) return [height, width];
  const long = Math.trunc((height * Math.max(rows, columns)) / Math.min(rows, columns));
  return rows <= columns ? sizesOf(op, "size", [height, long]) : sizesOf(op, "size", [long, height]);
}

function resizedTensor(
  x: Tensor,
  height: number,
  width: number,
  interpolation: ResizeFilter,
  antialias = true,
): Tensor {
  const [rows, columns] = spatial(x);
  if (isInterpolated(interpolation)) {
    const mode = interpolation;
    const planes = x.rank === 4 ? x : x.unsqueeze(0);
    const size = [height, width];
    const whole = interpolate(planes, mode === "nearest" ? { size, mode } : { size, mode, antialias });
    return x.rank === 4 ? whole : whole.squeeze(0);
  }
  const down = weightsOf(interpolation, rows, height);
  const across = weightsOf(interpolation, columns, width);
  // (height, rows) · (…, rows, columns) · (columns, width)
  const planes: Tensor = x.reshape([-1, columns]);
  const wide: Tensor = matmul(planes, across.transpose());
  const columnsFirst: Tensor = matmul<Shape, Shape>(down, wide.reshape([-1, rows, width]));
  return columnsFirst.reshape([...x.shape.slice(0, -2), height, width]);
}

/** The filters that the op `interpolate` has. */
function isInterpolated(filter: ResizeFilter): filter is "nearest" | "bilinear" | "bicubic" {
  return filter === "nearest" || filter === "bilinear" || filter === "bicubic";
}

/** The sums along an axis as a matrix, (output, size). */
function weightsOf(filter: "box" | "hamming" | "lanczos", size: number, output: number): Tensor {
  const values = new Float32Array(output * size);
  for (const [i, { first, weights }] of windowsOf(filter, size, output).entries())
    values.set(weights, i * size + first);
  return fromArray(values, [output, size]);
}
