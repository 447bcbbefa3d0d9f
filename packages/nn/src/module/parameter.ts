import type { RowGradient } from "@unfoldjs/autograd";
import { clone, type DType, DTypeError, type Shape, Tensor, assertTensor } from "@unfoldjs/tensor-core";

/** Known by this mark and not by `instanceof`, so that two copies of the package understand each other. */
const ROLE = "@unfoldjs/nn/parameter";

/**
 * A tensor that is learned: a field of a module that `backward` fills the gradient of and an optimiser writes to. It is
 * a tensor, so a forward uses it as it stands, and it outlives every scope; its module owns it.
 *
 * Only `assign` and optimisers change its elements, always in the same memory.
 */
export class Parameter<out S extends Shape = Shape> extends Tensor<S, "f32"> {
  /**
   * What the loss changes by when each element does, summed over the calls of `backward` since the last optimiser step.
   * Undefined before the first, and where the loss did not depend on this parameter. The next `backward` after a step
   * gives its memory back: `clone()` what you want to look at later.
   */
  grad: Tensor<S> | undefined;
  /**
   * The gradient of a table whose rows were looked up with `sparse: true`: those rows, each once, in ascending order. Then
   * there is no `grad`; where the table was used as a whole too, there is `grad` alone.
   */
  rowGrad: RowGradient | undefined;
  /** True from an optimiser's step until the next `backward`, which then starts from nothing. */
  gradIsSpent = false;
  private isFrozen = false;

  /**
   * @param values first values, any shape. Their memory is shared, as in PyTorch, if they have one of their own in
   * row-major order, else they are copied.
   * @throws DTypeError unless they are f32: the same bytes would be other numbers
   */
  constructor(values: Tensor<S>) {
    assertTensor("Parameter", "values", values);
    const { shape, dtype }: Tensor<Shape, DType> = values;
    if (dtype !== "f32") {
      throw new DTypeError("Parameter", { values: shape, dtype }, "parameters are f32", 'values.to("f32")');
    }
    const own = values.isContiguous && !values.storage.isShared ? values : clone(values);
    super(own.storage.retain(), "f32", own);
    if (own !== values) own.dispose();
    this.keep();
  }

  get role(): typeof ROLE {
    return ROLE;
  }

  /** A frozen parameter is a constant to `backward` and to optimisers, and costs neither anything. */
  get frozen(): boolean {
    return this.isFrozen;
  }

  set frozen(frozen: boolean) {
    this.isFrozen = frozen;
    if (frozen) this.dropGrad();
  }

  /** Gives the gradient's memory back. */
  dropGrad(): void {
    this.grad?.dispose();
    this.grad = undefined;
    this.rowGrad?.dispose();
    this.rowGrad = undefined;
    this.gradIsSpent = false;
  }

  /** True if there is a gradient that no optimiser has used yet. */
  get hasFreshGrad(): boolean {
    return (this.grad !== undefined || this.rowGrad !== undefined) && !this.gradIsSpent;
  }

  override dispose(): void {
    this.dropGrad();
    super.dispose();
  }
}

/** True for a parameter of this or of another copy of the package. */
export function isParameter(value: unknown): value is Parameter {
  return typeof value === "object" && value !== null && "role" in value && value.role === ROLE;
}
