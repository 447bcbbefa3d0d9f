import { sum } from "../ops/reduce/reduce.ts";
import { reshape } from "../ops/view/view.ts";
import { sameShape } from "../shape/layout.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { assertShape } from "../arguments/checks.ts";

/**
 * Sums over the axes along which a tensor of `shape` was broadcast to become as large as `x`: the gradient of
 * broadcasting. `x` itself if there are none.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  assertTensor("sumTo", "x", x);
  assertShape("sumTo", "shape", shape);
  if (sameShape(x.shape, shape)) return x;
  const missing = x.rank - shape.length;
  const stretched = x.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return composed("sumTo", () => reshape(stretched.length === 0 ? x : sum(x, stretched), shape));
}
