import type * as core from "@unfoldjs/tensor-core";
import { tensor } from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { x, truths, table } from "./operands.ts";

const { axes, axis, count, indicesOf, list, number, optional, options, record, shape, tensorOf } = kind;

const spans = list(record({ axis: axis(0), start: count(0), stop: count(1), step: count(1) }), 1);

const sparseRows = kind.record({
  size: { ...kind.count(3), takes: ["two", "2 ** 40"] },
  starts: kind.given(() => Int32Array.of(0, 1, 2)),
  places: kind.given(() => Int32Array.of(2, 0)),
  weights: kind.given(() => Float32Array.of(1, 0.5), "a Float32Array"),
});

/** Rows of picking, ordering, joining, and views. */
export const picking = {
  // Picking, ordering, joining
  gather: call({ x, axis: axis(1), index: indicesOf([2, 2]) }),
  scatterAdd: call({ x, axis: axis(1), index: indicesOf([2, 2]), source: tensorOf([2, 2]) }),
  resample: call({ x: tensorOf([2, 3]), axis: axis(1), rows: sparseRows }),
  transposedRows: call({ rows: sparseRows }),
  indexSelect: call({ x, axis: axis(1), index: indicesOf([2]) }),
  indexAdd: call({ rows: x, axis: axis(0), index: indicesOf([2]), size: count(4) }),
  embedding: call({ weight: table, indices: indicesOf([2, 2]), options: options({ sparse: kind.truth(false) }) }),
  coalesceRows: call({ indices: indicesOf([2]), values: x }),
  maskedSelect: call({ x, mask: truths }),
  oneHot: call({ index: indicesOf([2]), classes: count(3) }),
  sort: call({ x, axis: optional(axis(1)), options: options({ descending: kind.truth(), stable: kind.truth() }) }),
  argsort: call({ x, axis: optional(axis(1)), options: options({ descending: kind.truth(), stable: kind.truth() }) }),
  unique: call({ x }),
  bincount: call({
    x: indicesOf([3]),
    options: options({ weights: optional(tensorOf([3])), minLength: optional(count(4)) }),
  }),
  searchSorted: call({
    sortedSequence: tensorOf([3]),
    values: x,
    options: options({ right: kind.truth(false), sorter: optional(indicesOf([3])) }),
  }),
  svd: call({ x, options: options({ fullMatrices: kind.truth(false) }) }),
  eigh: call({ x: tensorOf([2, 2]), options: options({ uplo: kind.word("L") }) }),
  tSneForces: call({
    points: tensorOf([3, 2]),
    pairs: record({
      starts: { ...indicesOf([4]), make: () => tensor([0, 1, 2, 3], "i32") },
      places: indicesOf([3]),
      probabilities: tensorOf([3]),
    }),
    options: options({ theta: number(0.5), exaggeration: number(1) }),
  }),
  similarRows: call({
    queries: x,
    rows: x,
    k: count(1),
    options: options({ scale: tensorOf([2]) }),
  }),
  topk: call({
    x,
    k: count(1),
    axis: optional(axis(1)),
    options: options({ largest: kind.truth(), sorted: kind.truth() }),
  }),
  concat: call({ tensors: list(x), axis: optional(axis(1)) }),
  stack: call({ tensors: list(x), axis: optional(axis(1)) }),
  pad: call({
    x,
    margins: list({ make: () => [1, 1], takes: ["an array of numbers"], element: count(1) }, 1, "an array of arrays"),
    options: options({ mode: kind.word("replicate"), value: number(0) }),
  }),

  // Views
  reshape: call({ x, shape: shape([3, 2]) }),
  flatten: call({ x, start: optional(axis(0)), end: optional(axis(1)) }),
  permute: call({ x, order: axes([1, 0]) }),
  transpose: call({ x, a: optional(axis(0)), b: optional(axis(1)) }),
  expand: call({ x, shape: shape([2, 2, 3]) }),
  squeeze: call({ x: tensorOf([2, 1]), axis: optional(axes(1)) }),
  unsqueeze: call({ x, axis: axis(0) }),
  slice: call({
    x,
    axis: axis(0),
    start: optional(kind.whole(0)),
    stop: optional(kind.whole(1)),
    step: optional(kind.whole(1)),
  }),
  split: call({ x, size: count(1), axis: optional(axis(0)) }),
  flip: call({ x, axis: optional(axes(0)) }),
  sliceSpans: call({ x, spans }, "slice"),
  sliceGradient: call({ dy: tensorOf([1, 3]), spans, shape: shape([2, 3]) }),
  sumTo: call({ x, shape: shape([1, 3]) }),
} satisfies Partial<Rows<typeof core>>;
