import { wrongArgument } from "../arguments/wrong.ts";
import type { AnyTensor } from "../dispatch/results.ts";
import { clone } from "../ops/copy/copy.ts";
import { expand, reshape } from "../ops/view/view.ts";
import { countOf } from "../shape/axes.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { DType } from "../types/dtype.ts";
import { ITEM_SIZE } from "../types/dtype.ts";
import type { Shape } from "../types/shape.ts";

/**
 * `x` beside itself, so many times along each axis, as PyTorch's `tile`: y[i, j] = x[i mod rows, j mod columns].
 *
 * @example tile(tensor([1, 2]), [2, 2]) // [[1, 2, 1, 2], [1, 2, 1, 2]]
 * @param repeats for each of the last axes; more than there are axes make new ones in front
 * @throws ValueError unless they are whole numbers from 0 up
 */
export function tile<D extends DType>(x: Tensor<Shape, D>, repeats: readonly number[]): Tensor<Shape, D>;
export function tile(x: AnyTensor, repeats: readonly number[]): AnyTensor {
  assertTensor("tile", "x", x);
  const isList = Array.isArray(repeats) && Array.from(repeats, isTimes).every(Boolean); // of holes too
  if (!isList) throw wrongArgument("tile", "repeats", repeats, "an array of whole numbers from 0 up, as in [1, 2]");
  const rank = Math.max(x.rank, repeats.length);
  const sizes = [...Array<number>(rank - x.rank).fill(1), ...x.shape];
  const times = [...Array<number>(rank - repeats.length).fill(1), ...repeats];
  const shape = sizes.map((size, axis) => size * (times[axis] ?? 1));
  countOf("tile", shape, ITEM_SIZE[x.dtype]);
  // Each axis as (times, size), of which the first is seen again and again without a copy until the end.
  const apart = sizes.flatMap((size) => [1, size]);
  const again = sizes.flatMap((size, axis) => [times[axis] ?? 1, size]);
  return composed("tile", () => {
    const seen = reshape(expand(reshape(x, apart), again), shape);
    return times.every((count) => count === 1) ? clone(seen) : seen;
  });
}

function isTimes(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
