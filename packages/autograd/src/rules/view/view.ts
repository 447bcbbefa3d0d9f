import { flip, permute, reshape, sliceGradient, type viewOps } from "@unfoldjs/tensor-core";
import { linear, type RowsOf, savingNothing } from "../rule.ts";

export const viewRules: RowsOf<typeof viewOps> = {
  viewAs: linear({ x: savingNothing((dy, { shapes }) => reshape(dy, shapes["x"] ?? [])) }),
  resqueeze: linear({ x: savingNothing((dy, { shapes }) => reshape(dy, shapes["x"] ?? [])) }),
  permute: linear({ x: savingNothing((dy, { attributes: { order } }) => permute(dy, inverseOf(order))) }),
  // The engine sums dy back over the axes that were stretched.
  expand: linear({ x: savingNothing((dy) => dy) }),
  slice: linear({
    x: savingNothing((dy, { attributes: { spans }, shapes }) => sliceGradient(dy, spans, shapes["x"] ?? [])),
  }),
  flip: linear({ x: savingNothing((dy, { attributes: { axes } }) => flip(dy, axes)) }),
};

/** The order that undoes `order`. */
function inverseOf(order: readonly number[]): number[] {
  const inverse = new Array<number>(order.length);
  order.forEach((from, to) => (inverse[from] = to));
  return inverse;
}
