import { assertTensor, DTypeError, ShapeError, type Tensor } from "@unfoldjs/tensor-core";

/** @returns how many steps there are @throws ShapeError unless it is (…, time, features) with so many features */
export function assertLastAxes(op: string, x: Tensor, features: number): number {
  assertTensor(op, "x", x);
  const { shape } = x;
  if ((x.dtype as string) !== "f32") throw new DTypeError(op, { x: shape, dtype: x.dtype }, "x must be f32");
  if (shape.length >= 2 && shape.at(-1) === features) return shape.at(-2) ?? 0;
  throw new ShapeError(op, { x: shape }, `x must be (…, time, features ${features})`);
}
