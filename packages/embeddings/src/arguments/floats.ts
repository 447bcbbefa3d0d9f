import { DTypeError, type DType, type Shape, type Tensor } from "@unfoldjs/tensor-core";

/** @throws DTypeError naming the first that is not f32; those that are absent are passed over */
export function assertFloats(op: string, all: Readonly<Record<string, Tensor<Shape, DType> | undefined>>): void {
  for (const [name, each] of Object.entries(all)) {
    if (each === undefined || each.dtype === "f32") continue;
    const came = { [name]: each.shape, dtype: each.dtype };
    throw new DTypeError(op, came, `${name} must be f32`, `${name}.to("f32")`);
  }
}
