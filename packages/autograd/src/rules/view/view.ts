import {
  assign,
  flip,
  permute,
  reshape,
  type Shape,
  sliceGradient,
  sliceSpans,
  type Span,
  type Tensor,
  type viewOps,
} from "@unfoldjs/tensor-core";
import { type CallFacts, linear, type RowsOf, savingNothing, type Some, together } from "../../row/row.ts";

export const viewRules: RowsOf<typeof viewOps> = {
  viewAs: linear({ x: savingNothing((dy, { shapes }) => reshape(dy, shapes["x"] ?? [])) }, reshaped),
  resqueeze: linear({ x: savingNothing((dy, { shapes }) => reshape(dy, shapes["x"] ?? [])) }, reshaped),
  permute: linear({ x: savingNothing((dy, { attributes: { order } }) => permute(dy, inverseOf(order))) }),
  // The engine sums dy back over the axes that were stretched.
  expand: linear({ x: savingNothing((dy) => dy) }),
  slice: linear(
    together({ x: [] }, (dy: Tensor, _, facts: CallFacts<{ readonly spans: readonly Span[] }>, { x }) => ({
      x: addedWhereCut(x?.into, dy, facts),
    })),
  ),
  flip: linear({ x: savingNothing((dy, { attributes: { axes } }) => flip(dy, axes)) }),
};

/**
 * dy where the spans cut it out, added to a sum that is there already: a tensor that is cut into many pieces, such as a sequence
 * into its steps, would else be filled with zeros and added up as a whole for each of them.
 */
function addedWhereCut(
  into: Tensor | undefined,
  dy: Tensor,
  { attributes: { spans }, shapes }: CallFacts<{ readonly spans: readonly Span[] }>,
): Tensor {
  if (into === undefined) return sliceGradient(dy, spans, shapes["x"] ?? []);
  const part = sliceSpans(into, spans);
  assign(part, part.add(dy));
  return into;
}

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
