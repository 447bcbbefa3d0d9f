import { flip, permute, reshape, type Shape, sliceGradient, type Tensor, type viewOps } from "@unfoldjs/tensor-core";
import { type CallFacts, linear, type RowsOf, savingNothing, type Some } from "../../row/row.ts";

export const viewRules: RowsOf<typeof viewOps> = {
  viewAs: linear({ x: savingNothing((dy, { shapes }) => reshape(dy, shapes["x"] ?? [])) }, reshaped),
  resqueeze: linear({ x: savingNothing((dy, { shapes }) => reshape(dy, shapes["x"] ?? [])) }, reshaped),
  permute: linear({ x: savingNothing((dy, { attributes: { order } }) => permute(dy, inverseOf(order))) }),
  // The engine sums dy back over the axes that were stretched.
  expand: linear({ x: savingNothing((dy) => dy) }),
  slice: linear({
    x: savingNothing((dy, { attributes: { spans }, shapes }) => sliceGradient(dy, spans, shapes["x"] ?? [])),
  }),
  flip: linear({ x: savingNothing((dy, { attributes: { axes } }) => flip(dy, axes)) }),
};

/** Both views follow from how x lies in memory: its tangent, which may lie in another way, takes the shape alone. */
function reshaped({ x }: Some, _: unknown, { attributes: { shape } }: CallFacts<{ readonly shape: Shape }>): Tensor {
  return reshape(x as Tensor, shape);
}

/** The order that undoes `order`. */
function inverseOf(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  order.forEach((from, to) => (inverse[from] = to));
  return inverse;
}
