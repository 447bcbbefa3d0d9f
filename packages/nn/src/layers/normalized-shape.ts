import { ShapeError, sizeOf, type Tensor, wrongArgument } from "@unfoldjs/tensor-core";

/** Size of the last axis, or sizes of the last few, which are normalised together. */
export type NormalizedShape<Size extends number> = Size | readonly [...leading: number[], last: Size];

/** Sizes of the last axes, which are normalised together. @throws ValueError unless they are whole numbers from 1 up */
export function normalizedShapeOf(layer: string, shape: number | readonly number[]): readonly number[] {
  const sizes = typeof shape === "number" ? [shape] : shape;
  // A copy has undefined where the list has holes, which `every` leaves out.
  const all = Array.isArray(sizes) ? Array.from<number>(sizes) : [];
  if (all.length > 0 && all.every((size) => Number.isInteger(size) && size >= 1)) return all;
  throw wrongArgument(
    layer,
    "normalizedShape",
    shape,
    "a whole number from 1 up, or a list of them, one for each of the last axes",
  );
}

/**
 * `x` with its last axes, which must be those of the normalised shape, laid into one row each.
 * @throws ShapeError if they are not
 */
export function rowsOf(layer: string, x: Tensor, normalizedShape: readonly number[]): Tensor {
  const leading = x.rank - normalizedShape.length;
  if (leading < 0 || !normalizedShape.every((size, axis) => size === x.shape[leading + axis])) {
    throw new ShapeError(
      layer,
      { x: x.shape, normalizedShape },
      normalizedShape.length === 1
        ? `the last axis must have the size ${normalizedShape.join()}`
        : `the last axes must have the sizes ${normalizedShape.join(", ")}`,
    );
  }
  return normalizedShape.length === 1 ? x : x.reshape([...x.shape.slice(0, leading), sizeOf(normalizedShape)]);
}

/** A weight in the normalised shape, as one row. */
export function flat<T extends Tensor | undefined>(weight: T): T | Tensor {
  return weight === undefined || weight.rank === 1 ? weight : weight.reshape([weight.size]);
}

/** The normalised shape as a constructor takes it: one size stands alone. */
export function sizesArgument(normalizedShape: readonly number[]): number | readonly number[] {
  const [size, ...others] = normalizedShape;
  return others.length === 0 && size !== undefined ? size : normalizedShape;
}
