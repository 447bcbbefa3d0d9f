import { assertTensor } from "../../tensor/assert-tensor.ts";
import { composed } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { squeeze, unsqueeze } from "../view/view.ts";

/**
 * `f` of one image that has no batch axis, as a batch of one; its result has none either.
 * @param rest what `f` takes besides, so that callers need no closure
 */
export function unbatched<const Rest extends readonly unknown[]>(
  op: string,
  image: Tensor<Shape>,
  f: (images: Tensor<Shape>, ...rest: Rest) => Tensor<Shape>,
  ...rest: Rest
): Tensor<Shape> {
  assertTensor(op, "x", image);
  return composed(op, () => squeeze(f(unsqueeze(image, 0), ...rest), 0));
}
