import type * as codes from "../../../wasm/codes.js";
import * as frames from "../../../wasm/frames.js";
import type { AnyTensor } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { sizeOf } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import { clone, onContiguous } from "../copy/copy.ts";

/** A matrix in a tensor's memory, or a batch of them: no tensor of its own, so that a call makes none on its way. */
export interface MatrixView {
  readonly tensor: AnyTensor;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
  readonly batch: frames.Operand;
  readonly isTransposed: boolean;
}

/** The last two axes; those before them are the batch. */
export function matrixOf(tensor: AnyTensor): MatrixView {
  const { shape, strides, rank } = tensor;
  const [rows, columns] = [shape[rank - 2] ?? 1, shape[rank - 1] ?? 1];
  // The stride of an axis of size 1 is never used: it may as well be the one that fits.
  const columnStride = columns === 1 ? 1 : (strides[rank - 1] ?? 1);
  const rowStride = rows === 1 ? columns : (strides[rank - 2] ?? 1);
  const batch = { shape, strides, rank: rank - 2 };
  return { tensor, rows, columns, rowStride, columnStride, batch, isTransposed: false };
}

/** Runs `f` on the tensor as (rows, features); a copy that this takes is gone afterwards. */
export function onRows<R>(tensor: AnyTensor, f: (rows: MatrixView) => R): R {
  return tensor.rank === 2 ? f(matrixOf(tensor)) : onContiguous(tensor, (dense) => f(rowsOf(dense)));
}

/** The last axis as columns, all before it together as rows. A tensor of other than two axes has to be contiguous. */
export function rowsOf(tensor: AnyTensor): MatrixView {
  if (tensor.rank === 2) return matrixOf(tensor);
  const columns = tensor.shape[tensor.rank - 1] ?? 1;
  const rows = sizeOf(tensor.shape.slice(0, -1));
  // Strides of a tensor without elements may be any: these are those that a contiguous one has.
  return { tensor, rows, columns, rowStride: columns, columnStride: 1, batch: ONE_ITEM, isTransposed: false };
}

const ONE_ITEM: frames.Operand = { shape: [], strides: [], rank: 0 };

export function transposed(view: MatrixView): MatrixView {
  const { tensor, rows, columns, batch, isTransposed } = view;
  const rowStride = columns === 1 ? rows : view.columnStride;
  const columnStride = rows === 1 ? 1 : view.rowStride;
  return { tensor, rows: columns, columns: rows, rowStride, columnStride, batch, isTransposed: !isTransposed };
}

/** True where one axis is dense and the other goes forward. */
function isReadable({ rowStride, columnStride }: MatrixView): boolean {
  return (columnStride === 1 && rowStride >= 0) || (rowStride === 1 && columnStride >= 0);
}

/**
 * out = start + a · b over the last two axes, the axes before them broadcast. Transposed operands are read as they lie;
 * only one that is dense along neither axis is copied first.
 * @param keepsRight whether `b` is likely to come again as it is, like a weight in use: then it may be kept packed
 */
export function multiplyInto(
  op: string,
  a: MatrixView,
  b: MatrixView,
  out: MatrixView,
  start: codes.ProductStart,
  bias?: AnyTensor,
  keepsRight = false,
): void {
  const left = isReadable(a) ? a : copied(a);
  const right = isReadable(b) ? b : copied(b);
  const batch = out.batch.rank === 0 ? NO_BATCH : out.batch.shape.slice(0, out.batch.rank);
  frames.writeProductFrame(heapI32(), frameStart(), {
    rows: left.rows,
    columns: right.columns,
    depth: left.columns,
    aRowStride: left.rowStride,
    aColumnStride: left.columnStride,
    bRowStride: right.rowStride,
    bColumnStride: right.columnStride,
    cRowStride: right.columns,
    batch: {
      sizes: batch,
      a: left.batch,
      b: right.batch,
      c: out.batch,
    },
  });
  const packed = keepsRight && paysToKeep(left, right) && batch.length === 0 ? packOf(right) : 0;
  const status = core().multiply(
    left.tensor.address,
    right.tensor.address,
    packed,
    bias?.address ?? 0,
    out.tensor.address,
    start,
  );
  if (left !== a) left.tensor.dispose();
  if (right !== b) right.tensor.dispose();
  check(op, status);
}

const NO_BATCH: Shape = [];

/** The same matrices, dense. */
function copied({ tensor, isTransposed }: MatrixView): MatrixView {
  const copy = matrixOf(clone(tensor));
  return isTransposed ? transposed(copy) : copy;
}

/** Of fewer rows the kernel reads B as it lies (DOT_ROWS), and of more than these the packing is not felt. */
const [FEWEST_ROWS, MOST_ROWS] = [21, 512];
/** Smaller matrices lie in the first cache however they are ordered. */
const SMALLEST = 64 * 64;

function paysToKeep({ rows }: MatrixView, right: MatrixView): boolean {
  return rows >= FEWEST_ROWS && rows <= MOST_ROWS && right.rows * right.columns >= SMALLEST;
}

function packOf({ tensor, rows, columns, rowStride, columnStride }: MatrixView): number {
  return tensor.storage.packed({ rows, columns, rowStride, columnStride, address: tensor.address });
}
