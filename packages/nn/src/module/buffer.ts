import { clone, type DType, type Shape, Tensor, assertTensor, checkOptions, truthValue } from "@unfoldjs/tensor-core";

const ROLE = "@unfoldjs/nn/buffer";

/**
 * A tensor that belongs to a module's state and is not learned, such as a running mean. It outlives every scope, and
 * is saved with the module unless `persistent` is false.
 */
export class Buffer<out S extends Shape = Shape, out D extends DType = "f32"> extends Tensor<S, D> {
  readonly persistent: boolean;

  /** @param values first values; memory is shared or copied as for a `Parameter` */
  constructor(values: Tensor<S, D>, options: { persistent?: boolean } = {}) {
    checkOptions("Buffer", options, { persistent: truthValue });
    const { persistent = true } = options;
    assertTensor("Buffer", "values", values);
    const own = values.isContiguous && !values.storage.isShared ? values : clone(values);
    super(own.storage.retain(), own.dtype, own);
    if (own !== values) own.dispose();
    this.persistent = persistent;
    this.keep();
  }

  get role(): typeof ROLE {
    return ROLE;
  }
}

/** True for a buffer of this or of another copy of the package. */
export function isBuffer(value: unknown): value is Buffer<Shape, DType> {
  return typeof value === "object" && value !== null && "role" in value && value.role === ROLE;
}
