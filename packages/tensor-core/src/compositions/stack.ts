import { concat } from "../ops/copy/concat.ts";
import { unsqueeze } from "../ops/view/view.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";
import { assertTensors } from "../tensor/assert-tensor.ts";

/** Tensors of one shape beside each other along a new axis. @throws ShapeError, DTypeError, ValueError if there is none */
export function stack<D extends DType>(tensors: readonly Tensor<Shape, D>[], axis = 0): Tensor<Shape, D> {
  assertTensors("stack", "tensors", tensors);
  return scope(() =>
    concat(
      tensors.map((tensor) => unsqueeze(tensor, axis)),
      axis,
    ),
  );
}
