import * as frames from "../../../wasm/frames.js";
import { apply } from "../../dispatch/dispatch.ts";
import type { KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor, OneResult, ResultKinds, Single } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { frameStart } from "../../runtime/frame.ts";
import { heapI32 } from "../../runtime/heap.ts";
import { normalAxes } from "../../shape/axes.ts";
import { rowMajor } from "../../shape/layout.ts";
import type { Shape } from "../../types/shape.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { assertBoolean } from "../../arguments/checks.ts";

/** Which axes go, in ascending order, and whether they stay behind with size 1. */
export interface ReductionAxes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export type ReductionOp<Name extends string, Kinds extends ResultKinds = OneResult> = KernelOp<
  Name,
  ["x"],
  ReductionAxes,
  Kinds
>;

/** The shape that is left. */
export function reducedShape(shape: Shape, { axes, keepDims }: ReductionAxes): Shape {
  return keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** @throws ShapeError if nothing would be left to choose from */
export function assertSome(op: string, x: AnyTensor, { axes }: ReductionAxes): void {
  if (axes.every((axis) => x.shape[axis] !== 0)) return;
  throw new ShapeError(op, { shape: x.shape, axes }, `${op} of no elements has no value`);
}

/** Writes the axes that stay and those that go. */
export function writeReduction(x: AnyTensor, axes: readonly number[]): void {
  const [left, leftStrides]: [number[], number[]] = [[], []];
  const [gone, goneStrides]: [number[], number[]] = [[], []];
  for (let axis = 0; axis < x.rank; axis++) {
    const goes = axes.includes(axis);
    (goes ? gone : left).push(x.shape[axis] ?? 0);
    (goes ? goneStrides : leftStrides).push(x.strides[axis] ?? 0);
  }
  frames.writeReductionFrame(heapI32(), frameStart(), {
    kept: { sizes: left, y: over(left, rowMajor(left)), x: over(left, leftStrides) },
    reduced: { sizes: gone, x: over(gone, goneStrides) },
  });
}

function over(shape: readonly number[], strides: readonly number[]): frames.Operand {
  return { shape, strides, rank: shape.length };
}

/** Writes that a matrix's rows go, and a number for each column stays. */
export function writeRowsReduction(matrix: {
  readonly rows: number;
  readonly columns: number;
  readonly rowStride: number;
  readonly columnStride: number;
}): void {
  const [left, gone] = [[matrix.columns], [matrix.rows]];
  frames.writeReductionFrame(heapI32(), frameStart(), {
    kept: { sizes: left, y: over(left, ALONG), x: over(left, [matrix.columnStride]) },
    reduced: { sizes: gone, x: over(gone, [matrix.rowStride]) },
  });
}

const ALONG: readonly number[] = [1];

/** Applies a reduction over some axes, or all of them. */
export function applyReduction(
  op: ReductionOp<string, Single>,
  x: AnyTensor,
  axes: number | readonly number[] | undefined,
  keepDims = false,
): AnyTensor {
  assertTensor(op.name, "x", x);
  assertBoolean(op.name, "keepDims", keepDims);
  return apply(op, { x }, { axes: normalAxes(op.name, x.shape, axes), keepDims });
}
