import { ShapeError, ValueError } from "../../errors/index.ts";
import { axes } from "../../shape/axes.ts";
import type { Shape } from "../../types/shape.ts";
import type { Pair, PerAxis, SpatialSizes, Sizes2d, SpatialAxes } from "../../types/spatial.ts";

/** What the axes of images are called, and those of kernels and of what they give. */
const IMAGE_AXES = { 1: "length", 2: "height width", 3: "depth height width" } as const;
const KERNEL_AXES = { 1: "length", 2: "rows columns", 3: "depth rows columns" } as const;
const COUNTS = { 1: "one", 2: "two", 3: "three" } as const;

/** @throws ShapeError unless `shape` is (batch, channels, …) with so many axes after those */
export function assertImages(op: string, shape: Shape, count: SpatialAxes): void {
  if (shape.length !== count + 2) axes(op, shape, `batch channels ${IMAGE_AXES[count]}`);
}

/** @throws ShapeError unless `shape` is (batch, channels, …) with so many axes after those */
export function assertMaps(op: string, shape: Shape, count: SpatialAxes): void {
  if (shape.length !== count + 2) axes(op, shape, `batch channels ${KERNEL_AXES[count]}`);
}

/** @param first names of the first two axes @throws ShapeError unless `shape` has so many axes after those */
export function assertFilters(op: string, shape: Shape, count: SpatialAxes, first = "filters channels"): void {
  if (shape.length !== count + 2) axes(op, shape, `${first} ${KERNEL_AXES[count]}`);
}

/** One number for each axis. @throws ValueError unless all are whole numbers from `least` up, and as many as there are axes */
export function sizesOf<N extends SpatialAxes>(
  op: string,
  name: string,
  value: PerAxis<N>,
  least: number,
  count: N,
): SpatialSizes<N> {
  if (typeof value === "number") {
    if (isCount(value, least)) return alike(value, count);
  } else if (Array.isArray(value) && value.length === count && areCounts(value, least)) return value as SpatialSizes<N>;
  throw new ValueError(
    op,
    { [name]: value },
    `${name} must be a whole number from ${least} up, or ${COUNTS[count]}: [${KERNEL_AXES[count].replaceAll(" ", ", ")}]`,
  );
}

// Every call comes by here: no closures, and no arrays beside the answer.
function alike<N extends SpatialAxes>(size: number, count: N): SpatialSizes<N> {
  const sizes: readonly number[] = count === 1 ? [size] : count === 2 ? [size, size] : [size, size, size];
  return sizes as SpatialSizes<N>;
}

/** True if all are whole numbers from `least` up. */
export function areCounts(sizes: readonly number[], least: number): boolean {
  for (let axis = 0; axis < sizes.length; axis++) if (!isCount(sizes[axis] as number, least)) return false;
  return true;
}

/** A number for rows and columns, from one for both or one for each. @throws ValueError unless both are whole numbers from `least` up */
export function pairOf(op: string, name: string, value: Pair, least: number): Sizes2d {
  return sizesOf(op, name, value, least, 2);
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
 * @param images (batch, channels, …) @param axis counted from the first after those
 * @throws ShapeError if there is no room for one
 */
export function windowCount(op: string, images: Shape, axis: number, sliding: SlidingAxis): number {
  const { kernel, stride, padding, dilation } = sliding;
  const padded = (images[axis + 2] ?? 0) + padding[0] + padding[1];
  const reach = dilation * (kernel - 1) + 1;
  if (padded >= reach) return Math.floor((padded - reach) / stride) + 1;
  throw misfit(op, images, axis, sliding);
}

/** The error for windows of which none fits. */
export function misfit(
  op: string,
  images: Shape,
  axis: number,
  { kernel, padding, dilation }: SlidingAxis,
): ShapeError {
  const padded = (images[axis + 2] ?? 0) + padding[0] + padding[1];
  const reach = dilation * (kernel - 1) + 1;
  const name = IMAGE_AXES[(images.length - 2) as SpatialAxes].split(" ")[axis];
  return new ShapeError(
    op,
    { images, padding, kernel, dilation },
    `the kernel spans ${reach}, the padded ${name} is ${padded}: it must fit in`,
    "use a smaller kernel or dilation, or more padding",
  );
}

/** Depth, height and width as the crate's frames have them. */
type FrameAxes = [number, number, number];

/**
 * `count` words from `from` on, and before them `absent` for each axis that images of so many axes lack: a signal is an image
 * of height 1, and that a volume of depth 1.
 */
export function frameAxes(words: readonly number[], from: number, count: number, absent: 0 | 1): FrameAxes {
  const before = from + count - 3;
  return [
    count > 2 ? (words[before] ?? absent) : absent,
    count > 1 ? (words[before + 1] ?? absent) : absent,
    words[before + 2] ?? absent,
  ];
}
