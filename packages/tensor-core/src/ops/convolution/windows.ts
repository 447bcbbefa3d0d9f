import { ShapeError, ValueError } from "../../errors/index.ts";
import type { Shape } from "../../types/shape.ts";

/** One number for rows and columns, or one for each. */
export type Pair = number | readonly [rows: number, columns: number];
/** Rows and columns. */
export type Sizes2d = readonly [rows: number, columns: number];

/** @throws ValueError unless both are whole numbers from `least` up */
export function pairOf(op: string, name: string, value: Pair, least: number): Sizes2d {
  const pair: readonly number[] = typeof value === "number" ? [value, value] : value;
  const [rows, columns] = pair;
  if (rows !== undefined && columns !== undefined && pair.length === 2 && pair.every((size) => isCount(size, least))) {
    return [rows, columns];
  }
  throw new ValueError(
    op,
    { [name]: value },
    `${name} must be a whole number from ${least} up, or two: [rows, columns]`,
  );
}

/** True for a whole number from `least` up that the kernels can count with. */
export function isCount(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value < 2 ** 31;
}

/** Windows that slide over one axis of an image. */
export interface SlidingAxis {
  readonly kernel: number;
  readonly stride: number;
  /** Before and after the image. */
  readonly padding: readonly [number, number];
  readonly dilation: number;
}

/**
 * How many windows there are along one axis of images: ⌊(size + padding − dilation · (kernel − 1) − 1) / stride⌋ + 1.
 * @throws ShapeError if there is no room for one
 */
export function windowCount(
  op: string,
  images: Shape,
  axis: 2 | 3,
  { kernel, stride, padding, dilation }: SlidingAxis,
): number {
  const padded = (images[axis] ?? 0) + padding[0] + padding[1];
  const reach = dilation * (kernel - 1) + 1;
  if (padded >= reach) return Math.floor((padded - reach) / stride) + 1;
  const name = axis === 2 ? "height" : "width";
  throw new ShapeError(
    op,
    { images, padding, kernel, dilation },
    `the kernel spans ${reach}, the padded ${name} is ${padded}: it must fit in`,
    "use a smaller kernel or dilation, or more padding",
  );
}
