import * as frames from "../../wasm/frames.js";
import { wrongArgument } from "../arguments/wrong.ts";
import { ShapeError } from "../errors/index.ts";
import type { Shape } from "../types/shape.ts";

/**
 * Names the axes of `shape` while checking its rank: `const [batch, channels] = axes("pool", x.shape, "batch channels")`.
 * @param names one word for each axis
 * @throws ShapeError that shows the wanted axes
 */
export function axes<const Names extends string>(op: string, shape: Shape, names: Names): SizesOf<Names> {
  const wanted = names.split(" ");
  if (wanted.length !== shape.length) {
    throw new ShapeError(
      op,
      { shape },
      `expected ${wanted.length} axes (${wanted.join(", ")}), got ${shape.length}`,
      shape.length === wanted.length - 1 ? `add the missing axis with unsqueeze(0)` : undefined,
    );
  }
  return [...shape] as SizesOf<Names>;
}

type SizesOf<Names extends string> = Names extends `${string} ${infer Rest}` ? [number, ...SizesOf<Rest>] : [number];

/** The axis counted from the front. @param came the shape to show, if it is another @throws ShapeError if there is none such */
export function normalAxis(op: string, shape: Shape, axis: number, came: Shape = shape): number {
  if (Number.isInteger(axis)) {
    const normal = axis < 0 ? axis + shape.length : axis;
    if (normal >= 0 && normal < shape.length) return normal;
  } else if (typeof axis !== "number") throw wrongArgument(op, "axis", axis, "a number: which axis", optionsFix(axis));
  const range = shape.length === 0 ? "a scalar has no axes" : `axis must be in ${-shape.length}…${shape.length - 1}`;
  throw new ShapeError(op, { shape: came, axis }, range);
}

/** What to do where options came for an axis, as other libraries take them. */
function optionsFix(came: unknown): string | undefined {
  const isOptions = typeof came === "object" && came !== null && !Array.isArray(came);
  return isOptions ? "the axis is an argument of its own, as in f(x, 1), and no option" : undefined;
}

/** True for 0 and −1, which PyTorch takes for an axis of a scalar where something is done along one. */
export function isAxisOfScalar(axis: unknown): boolean {
  return axis === 0 || axis === -1;
}

/** Checks the axes of an op's attributes, which count from the front. @throws ShapeError unless all are there, in ascending order */
export function assertAxes(op: string, shape: Shape, chosen: readonly number[]): void {
  for (let i = 0; i < chosen.length; i++) {
    const axis = chosen[i] as number;
    if (shape[axis] !== undefined && (i === 0 || axis > (chosen[i - 1] as number))) continue;
    throw new ShapeError(
      op,
      { shape, axes: chosen },
      "axes must be the shape's, from the front, in order and named once",
    );
  }
}

/**
 * Several axes counted from the front, in ascending order; all of them for `undefined`, none for an empty list. The one axis
 * of a scalar, 0 or −1, is none either, as in PyTorch.
 * @throws ShapeError on repeats, ValueError on what is no list of numbers
 */
export function normalAxes(op: string, shape: Shape, chosen: number | readonly number[] | undefined): number[] {
  if (chosen === undefined) return shape.map((_, axis) => axis);
  const list = typeof chosen === "number" ? [chosen] : chosen;
  if (!Array.isArray(list)) throw wrongArgument(op, "axes", list, "an axis or an array of axes", optionsFix(list));
  const isOfScalar = shape.length === 0 && list.length === 1 && isAxisOfScalar(list[0]);
  const normal = isOfScalar ? [] : list.map((axis) => normalAxis(op, shape, axis)).sort((a, b) => a - b);
  if (new Set(normal).size !== normal.length) {
    throw new ShapeError(op, { shape, axes: list }, "an axis was named twice");
  }
  return normal;
}

/**
 * The shape that `named` broadcast to: trailing axes aligned, size 1 stretches.
 * @param came the shapes to show, if they are others @throws ShapeError
 */
export function broadcastShapes(
  op: string,
  named: Readonly<Record<string, Shape>>,
  came: Readonly<Record<string, Shape>> = named,
): Shape {
  let out: number[] = [];
  for (const name in named) {
    const shape = named[name] ?? [];
    if (shape.length > out.length) out = [...new Array<number>(shape.length - out.length).fill(1), ...out];
    for (let back = 1; back <= shape.length; back++) {
      const size = shape[shape.length - back] ?? 1;
      const present = out[out.length - back] ?? 1;
      if (size === present || size === 1) continue;
      if (present !== 1) {
        throw new ShapeError(
          op,
          came,
          `sizes ${present} and ${size} (axis ${-back}) do not broadcast: they must be equal, or one of them 1`,
          "insert an axis with unsqueeze(axis), or check which operand is transposed",
        );
      }
      out[out.length - back] = size;
    }
  }
  return out;
}

/**
 * Counts the elements of a shape that came from outside or was computed. Every size is checked here before memory is
 * asked for: what is larger than 32 bits would wrap.
 * @param itemSize bytes of an element
 * @throws ShapeError unless there are at most 8 axes, every size is a whole number from 0 up, and all fit into the heap
 */
export function countOf(op: string, shape: Shape, itemSize = 1): number {
  let count = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] as number;
    // Kernels read sizes as 32-bit words, also that of an axis beside an empty one.
    if ((size & MOST_ELEMENTS) !== size) throw badSize(op, shape, size);
    count *= size;
  }
  if (count > MOST_ELEMENTS || count * itemSize > MOST_BYTES || shape.length > frames.MAX_RANK) {
    throw misfit(op, shape, count, count * itemSize);
  }
  return count;
}

// Apart from the count: every result's shape passes there, and engines inline what is short.
function misfit(op: string, shape: Shape, count: number, bytes: number): ShapeError {
  if (shape.length > frames.MAX_RANK) {
    const rule = `a tensor has at most ${frames.MAX_RANK} axes, got ${shape.length}`;
    return new ShapeError(op, { shape }, rule, "merge axes with reshape");
  }
  return tooLarge(op, shape, count > MOST_ELEMENTS ? `${count} elements do` : `${bytes} bytes do`);
}

function badSize(op: string, shape: Shape, size: number): ShapeError {
  return Number.isInteger(size) && size > MOST_ELEMENTS
    ? tooLarge(op, shape, `an axis of ${size} does`)
    : new ShapeError(op, { shape }, `every size must be a whole number from 0 up, got ${size}`);
}

function tooLarge(op: string, shape: Shape, what: string): ShapeError {
  return new ShapeError(
    op,
    { shape },
    `${what} not fit: a tensor has less than 2³¹ elements and at most 2 GiB`,
    "work on a part at a time",
  );
}

/** Indices are i32. As a mask it leaves just the whole numbers up to itself as they are. */
const MOST_ELEMENTS = 2 ** 31 - 1;
/** The largest block of a 32-bit allocator, less its alignment. */
const MOST_BYTES = 2 ** 31 - 64;
