import type { ProductStart } from "../../../wasm/codes.js";
import { type Operand, writeProductFrame } from "../../../wasm/frames.js";
import type { AnyTensor } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { frameStart } from "../../runtime/frame.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { clone } from "../copy/copy.ts";

/** The last two axes of a tensor as a matrix that the kernel can read: along rows or along columns without gaps. */
interface MatrixView {
  readonly tensor: AnyTensor;
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

function matrixOf(tensor: AnyTensor): MatrixView {
  const [rows, columns] = [tensor.shape.at(-2) ?? 1, tensor.shape.at(-1) ?? 1];
  // The stride of an axis of size 1 is never used: it may as well be the one that fits.
  const columnStride = columns === 1 ? 1 : (tensor.strides.at(-1) ?? 1);
  const rowStride = rows === 1 ? columns : (tensor.strides.at(-2) ?? 1);
  return { tensor, rows, columns, rowStride, columnStride };
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
  a: AnyTensor,
  b: AnyTensor,
  out: AnyTensor,
  start: ProductStart,
  bias?: AnyTensor,
  keepsRight = false,
): void {
  const copies: AnyTensor[] = [];
  const readable = (operand: AnyTensor): MatrixView => {
    const view = matrixOf(operand);
    if (isReadable(view)) return view;
    const copy = clone(operand);
    copies.push(copy);
    return matrixOf(copy);
  };
  const left = readable(a);
  const right = readable(b);
  const batch = out.shape.slice(0, -2);
  writeProductFrame(heapI32(), frameStart(), {
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
      a: batchAxes(left.tensor),
      b: batchAxes(right.tensor),
      c: batchAxes(out),
    },
  });
  const packed = keepsRight && paysToKeep(left, right) && batch.length === 0 ? packOf(right) : 0;
  const status = core().multiply(
    left.tensor.address,
    right.tensor.address,
    packed,
    bias?.address ?? 0,
    out.address,
    start,
  );
  for (const copy of copies) copy.dispose();
  check(op, status);
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

/** All axes but the last two. */
function batchAxes({ shape, strides, rank }: AnyTensor): Operand {
  return { shape, strides, rank: rank - 2 };
}
