import { stopGradient } from "@unfoldjs/autograd";
import { IndexError, scope, type Shape, type Tensor, where } from "@unfoldjs/tensor-core";

/** A row from the end where it is negative. @throws IndexError on one that is no row */
export function paddingRow(op: string, paddingIdx: number, rows: number): number {
  const row = paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  if (row >= 0 && row < rows) return row;
  throw new IndexError(op, { paddingIdx, rows }, `paddingIdx must be in ${-rows}…${rows - 1}`);
}

/** Rows that were looked up, with no gradient through those of the padding. */
export function withoutPadding(looked: Tensor, x: Tensor<Shape, "i32">, padding: number): Tensor {
  return scope(() => {
    const padded: Tensor<Shape, "bool"> = x.equal(padding);
    const ofRows: Tensor<Shape, "bool"> = padded.unsqueeze(-1);
    return where(ofRows, stopGradient(looked), looked);
  });
}
