import { type concatOps, type Shape, slice, type Tensor } from "@unfoldjs/tensor-core";
import { type CallFacts, linear, type RowsOf, savingNothing } from "../../row/row.ts";

export const concatRules: RowsOf<typeof concatOps> = {
  concat: linear((name: string) => savingNothing((dy, facts: CallFacts<{ axis: number }>) => partOf(name, dy, facts))),
};

/** What of dy belongs to one of the tensors that were joined: they are called "0", "1", … in their order. */
function partOf(name: string, dy: Tensor, { attributes: { axis }, shapes }: CallFacts<{ axis: number }>): Tensor {
  const sizeOf = (shape: Shape | undefined): number => shape?.[axis] ?? 0;
  const before = Object.keys(shapes).filter((other) => Number(other) < Number(name));
  const start = before.reduce((sum, other) => sum + sizeOf(shapes[other]), 0);
  return slice(dy, axis, start, start + sizeOf(shapes[name]));
}
