import { assertTensor, type DType, DTypeError, ShapeError } from "@unfoldjs/tensor-core";

/** Axes by name, in their order; the size of one that is known, or undefined. */
type Axes = Readonly<Record<string, number | undefined>>;

/**
 * Looks at an argument that must have certain axes.
 * @param dtype f32 unless said
 * @throws ShapeError that names the axes, ValueError if it is no tensor, DTypeError
 */
export function assertAxes(op: string, name: string, value: unknown, axes: Axes, dtype: DType = "f32"): void {
  assertTensor(op, name, value);
  const { shape, dtype: came } = value;
  if (came !== dtype) throw new DTypeError(op, { [name]: shape, dtype: came }, `${name} must be ${dtype}`);
  const sizes = Object.entries(axes);
  if (shape.length === sizes.length && sizes.every(([, size], axis) => size === undefined || shape[axis] === size))
    return;
  const named = sizes.map(([axis, size]) => (size === undefined ? axis : `${axis} ${size}`)).join(", ");
  throw new ShapeError(op, { [name]: shape }, `${name} must be (${named})`);
}
