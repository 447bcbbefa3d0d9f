import { concat } from "../ops/copy/concat.ts";
import { unsqueeze } from "../ops/view/view.ts";
import { composed } from "../tensor/scope.ts";
import type { AnyTensor } from "../dispatch/results.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { CanStack, Stacked } from "../types/join.ts";
import { assertTensors } from "../tensor/assert-tensor.ts";

/** Tensors of one shape beside each other along a new axis. @throws ShapeError, DTypeError, ValueError if there is none */
export function stack<const T extends readonly AnyTensor[], Axis extends number = 0>(
  tensors: T & CanStack<T>,
  axis?: Axis,
): Tensor<Stacked<T, Axis>, T[number]["dtype"]>;
export function stack(tensors: readonly AnyTensor[], axis = 0): AnyTensor {
  assertTensors("stack", "tensors", tensors);
  return composed("stack", () =>
    concat(
      tensors.map((tensor) => unsqueeze(tensor, axis)),
      axis,
    ),
  );
}
