import { assertRecord, assertWhole } from "../../arguments/checks.ts";
import { wrongArgument } from "../../arguments/wrong.ts";
import { fromArray } from "../../create/create.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { IndexError, ShapeError, ValueError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { assertAxes, countOf, normalAxis } from "../../shape/axes.ts";
import { sizeOf } from "../../shape/layout.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";

/**
 * A matrix most of whose elements are 0, row by row (compressed sparse rows): row i has weights[k] at places[k] for k from starts[i]
 * up to, not including, starts[i + 1].
 */
export interface SparseRows {
  /** Columns: elements of the axis that it is laid on. */
  readonly size: number;
  /** One more than there are rows; the first is 0, and none is below the one before it. */
  readonly starts: Int32Array;
  readonly places: Int32Array;
  /** As many as places. */
  readonly weights: Float32Array;
}

interface Attributes {
  readonly axis: number;
  readonly rows: SparseRows;
}

const resampleOp: KernelOp<"resample", ["x"], Attributes> = defineOp("resample", ["x"], {
  shape: ({ x }, { axis, rows }) => {
    assertFloat("resample", { x });
    assertAxes("resample", x.shape, [axis]);
    assertRows("resample", rows);
    if (x.shape[axis] !== rows.size) {
      throw new ShapeError(
        "resample",
        { x: x.shape, axis, size: rows.size },
        "rows must be as long as x along the axis",
      );
    }
    return x.shape.with(axis, rows.starts.length - 1);
  },
  multiplyAdds: ({ x }, _, { axis, rows }) =>
    rows.places.length * sizeOf(x.shape.slice(0, axis)) * sizeOf(x.shape.slice(axis + 1)),
  run: ({ x }, out, { axis, rows: { starts, places, weights } }) => {
    const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
    scope(() => {
      const [from, at, by] = [fromArray(starts), fromArray(places), fromArray(weights)];
      onContiguous(x, (dense) =>
        core().resample(
          outer,
          x.shape[axis] ?? 0,
          inner,
          starts.length - 1,
          places.length,
          from.address,
          at.address,
          by.address,
          dense.address,
          out.address,
        ),
      );
    });
  },
});

/**
 * Elements along an axis as weighted sums of others: y[…, i, …] = Σ weights[k] · x[…, places[k], …] over row i, a product with a
 * sparse matrix. Resizing is this, along each axis of a picture; so are filters with steps of their own, and interpolation at points
 * of a line. The gradient is the same with the matrix turned round (`transposedRows`).
 *
 * @param x any shape, f32 @param rows the matrix, (rows, elements along the axis)
 * @returns the shape of `x` with as many elements along the axis as there are rows
 * @throws ShapeError, IndexError, DTypeError; ValueError unless rows hang together
 * @example resample(x, -1, { size: 3, starts: Int32Array.of(0, 2, 4), places: Int32Array.of(0, 1, 1, 2), weights: Float32Array.of(0.5, 0.5, 0.5, 0.5) })
 */
export function resample(x: Tensor<Shape>, axis: number, rows: SparseRows): Tensor<Shape> {
  assertTensor("resample", "x", x);
  return apply(resampleOp, { x }, { axis: normalAxis("resample", x.shape, axis), rows }) as Tensor;
}

/** The matrix with rows for columns: what carries a gradient back. @throws ValueError, IndexError unless rows hang together */
export function transposedRows(rows: SparseRows): SparseRows {
  assertRows("transposedRows", rows);
  const count = rows.starts.length - 1;
  const starts = new Int32Array(rows.size + 1);
  for (const place of rows.places) starts[place + 1] = (starts[place + 1] ?? 0) + 1;
  for (let at = 0; at < rows.size; at++) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
  const next = starts.slice();
  const places = new Int32Array(rows.places.length);
  const weights = new Float32Array(rows.places.length);
  for (let row = 0; row < count; row++) {
    for (let k = rows.starts[row] ?? 0; k < (rows.starts[row + 1] ?? 0); k++) {
      const place = rows.places[k] ?? 0;
      const to = next[place] ?? 0;
      next[place] = to + 1;
      places[to] = row;
      weights[to] = rows.weights[k] ?? 0;
    }
  }
  return { size: count, starts, places, weights };
}

const EXPECTED = "sparse rows: { size, starts, places, weights }";

/** Each time anew: the kernel reads where these numbers point. @throws ValueError, IndexError unless rows hang together */
function assertRows(op: string, rows: unknown): asserts rows is SparseRows {
  assertRecord(op, "rows", rows, EXPECTED);
  const { size, starts, places, weights } = rows as { readonly [Name in keyof SparseRows]: unknown };
  assertWhole(op, "size", size);
  countOf(op, [size], 4); // an axis that there can be
  if (!(starts instanceof Int32Array) || starts.length === 0)
    throw wrongArgument(op, "starts", starts, "an Int32Array of rows + 1");
  if (!(places instanceof Int32Array)) throw wrongArgument(op, "places", places, "an Int32Array");
  if (!(weights instanceof Float32Array)) throw wrongArgument(op, "weights", weights, "a Float32Array");
  if (weights.length !== places.length) {
    throw new ValueError(
      op,
      { places: places.length, weights: weights.length },
      "there must be a weight for each place",
    );
  }
  let before = 0;
  for (const [row, start] of starts.entries()) {
    if (start < before || (row === 0 && start !== 0)) throw noRuns(op, starts, places);
    before = start;
  }
  if (before !== places.length) throw noRuns(op, starts, places);
  const outside = places.find((place) => place < 0 || place >= size);
  if (outside === undefined) return;
  throw new IndexError(op, { place: outside, size }, `places must be in 0…${size - 1}, elements along the axis`);
}

function noRuns(op: string, starts: Int32Array, places: Int32Array): ValueError {
  const came = { starts: [...starts.subarray(0, 8)], places: places.length };
  return new ValueError(op, came, "starts must begin with 0, never fall, and end with the number of places");
}

export const resampleOps: { resample: typeof resampleOp } = { resample: resampleOp };
