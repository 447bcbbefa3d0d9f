import { apply } from "../../dispatch/dispatch.ts";
import { defineView, type ViewOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError, ValueError } from "../../errors/index.ts";
import { countOf, normalAxes, normalAxis } from "../../shape/axes.ts";
import { type Layout, rowMajor, sizeOf } from "../../shape/layout.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Axes, Exchanged, HasAxes, IsOrder, Permuted, Transposed, WithSize } from "../../types/axes.ts";
import type { DType } from "../../types/dtype.ts";
import type { Resolved, Shape } from "../../types/shape.ts";
import type { CanExpand, Expanded, Flattened, HasSizeOf, Inserted, Squeezed } from "../../types/views.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { composed } from "../../tensor/scope.ts";
import { assertShape, assertList, assertRecord, assertNumber } from "../../arguments/checks.ts";

/** Reads a contiguous tensor's elements under another shape. */
export const viewAsOp: ViewOp<"viewAs", ["x"], { shape: Shape }> = defineView("viewAs", ["x"], ({ x }, { shape }) => {
  if (!x.isContiguous || sizeOf(shape) !== x.size) {
    throw new ShapeError(
      "viewAs",
      { from: x.shape, strides: x.strides, to: shape },
      "only elements in row-major order can be seen under another shape of as many",
      "reshape() copies where it must",
    );
  }
  return { shape, strides: rowMajor(shape), offset: x.offset };
});

/**
 * The same elements in row-major order under another shape; without a copy where the layout allows it.
 * @param shape sizes; one of them may be -1, and is then worked out
 * @throws ShapeError if the number of elements differs
 */
export function reshape<S extends Shape, const R extends Shape, D extends DType>(
  x: Tensor<S, D>,
  shape: R & HasSizeOf<S, R>,
): Tensor<Resolved<R>, D> {
  assertTensor("reshape", "x", x);
  assertShape("reshape", "shape", shape);
  const target = resolveShape(x.shape, shape);
  return onContiguous(x, (dense) => apply(viewAsOp, { x: dense }, { shape: target })) as Tensor<Resolved<R>, D>;
}

function resolveShape(from: Shape, to: Shape): Shape {
  const size = sizeOf(from);
  const unknown = to.indexOf(-1);
  if (unknown !== to.lastIndexOf(-1)) {
    throw new ShapeError("reshape", { from, to }, "only one size may be -1");
  }
  const shape = [...to];
  if (unknown >= 0) {
    const known = -sizeOf(to);
    if (known === 0 || size % known !== 0) {
      throw new ShapeError("reshape", { from, to }, `${size} elements do not divide into the other sizes (${known})`);
    }
    shape[unknown] = size / known;
  }
  countOf("reshape", shape);
  if (sizeOf(shape) !== size) {
    throw new ShapeError("reshape", { from, to }, `${size} elements cannot become ${sizeOf(shape)}`);
  }
  return shape;
}

/** Merges axes `start` to `end` (both included) into one. All of them unless said. */
export function flatten<S extends Shape, D extends DType, Start extends number = 0, End extends number = -1>(
  x: Tensor<S, D>,
  start?: Start & HasAxes<S, Start>,
  end?: End & HasAxes<S, End>,
): Tensor<Flattened<S, Start, End>, D>;
export function flatten(x: AnyTensor, start = 0, end = -1): AnyTensor {
  assertTensor("flatten", "x", x);
  if (x.rank === 0) return reshape(x, [1]);
  const from = normalAxis("flatten", x.shape, start);
  const to = normalAxis("flatten", x.shape, end);
  if (from > to) throw new ShapeError("flatten", { shape: x.shape, start, end }, "start must not come after end");
  return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to + 1)), ...x.shape.slice(to + 1)]);
}

export const permuteOp: ViewOp<"permute", ["x"], { order: readonly number[] }> = defineView(
  "permute",
  ["x"],
  ({ x }, { order }) => {
    if (order.length !== x.rank || !areDistinctAxes(x.shape, order)) {
      throw new ShapeError("permute", { shape: x.shape, order }, `the order must name each of the ${x.rank} axes once`);
    }
    return {
      shape: order.map((axis) => x.shape[axis] ?? 1),
      strides: order.map((axis) => x.strides[axis] ?? 0),
      offset: x.offset,
    };
  },
);

/** True if these are axes of the shape, counted from the front, and none is there twice. */
function areDistinctAxes(shape: Shape, axes: readonly number[]): boolean {
  return axes.every((axis, at) => shape[axis] !== undefined && axes.indexOf(axis) === at);
}

/**
 * The axes in another order, without a copy. `permute(x, 0, 2, 1)` of (batch, rows, columns) is (batch, columns, rows).
 * @throws ShapeError unless `order` names each axis once
 */
export function permute<S extends Shape, D extends DType, const Order extends Shape>(
  x: Tensor<S, D>,
  order: Order & IsOrder<S, Order>,
): Tensor<Permuted<S, Order>, D> {
  assertTensor("permute", "x", x);
  assertList("permute", "order", order, "an array of axes");
  const normal = Array.from(order, (axis) => normalAxis("permute", x.shape, axis)); // map would pass holes over
  return apply(permuteOp, { x }, { order: normal }) as Tensor<Permuted<S, Order>, D>;
}

/** Exchanges the last two axes, without a copy, as PyTorch's `mT`. @throws ShapeError below two axes, which have no such pair */
export function transpose<S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<Transposed<S>, D>;
/**
 * Exchanges axes `a` and `b`, without a copy. A vector has one axis, to exchange with itself, and so has a scalar: it counts
 * as a vector of one, as in PyTorch.
 * @throws ShapeError if there is none such
 */
export function transpose<S extends Shape, D extends DType, A extends number, B extends number>(
  x: Tensor<S, D>,
  a: A & HasAxes<S, A>,
  b: B & HasAxes<S, B>,
): Tensor<Exchanged<S, A, B>, D>;
export function transpose(x: AnyTensor, a?: number, b?: number): AnyTensor {
  assertTensor("transpose", "x", x);
  if (x.rank < 2 && a === undefined && b === undefined) {
    throw new ShapeError(
      "transpose",
      { shape: x.shape },
      "needs at least two axes, or which to exchange",
      "unsqueeze(0) makes a row of a vector, unsqueeze(1) a column",
    );
  }
  const shape = x.rank === 0 ? ONE : x.shape;
  const [first, second] = [
    normalAxis("transpose", shape, a === undefined ? -2 : a),
    normalAxis("transpose", shape, b === undefined ? -1 : b),
  ];
  const order = x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  return apply(permuteOp, { x }, { order });
}

/** What a scalar counts as where axes are exchanged. */
const ONE: Shape = [1];

export const expandOp: ViewOp<"expand", ["x"], { shape: Shape }> = defineView("expand", ["x"], ({ x }, { shape }) => {
  const missing = shape.length - x.rank;
  const fits = missing >= 0 && x.shape.every((size, own) => size === 1 || size === shape[own + missing]);
  if (!fits) throw new ShapeError("expand", { from: x.shape, to: shape }, "only axes of size 1 can be stretched");
  const strides = shape.map((size, axis) => {
    const own = axis - missing;
    return own < 0 || (x.shape[own] === 1 && size !== 1) ? 0 : (x.strides[own] ?? 0);
  });
  return { shape, strides, offset: x.offset };
});

/**
 * Stretches axes of size 1 to `shape`, without a copy: every element along them is the same memory.
 * @param shape sizes, aligned at the end; -1 keeps an axis as it is
 * @throws ShapeError if another size would have to change
 */
export function expand<S extends Shape, const R extends Shape, D extends DType>(
  x: Tensor<S, D>,
  shape: R & CanExpand<S, R>,
): Tensor<Expanded<S, R>, D> {
  assertTensor("expand", "x", x);
  assertShape("expand", "shape", shape);
  const missing = shape.length - x.rank;
  const target = shape.map((size, axis) => (size === -1 ? (x.shape[axis - missing] ?? -1) : size));
  countOf("expand", target);
  return apply(expandOp, { x }, { shape: target }) as Tensor<Expanded<S, R>, D>;
}

/**
 * Drops axes of size 1: all of them, or those of the given ones that have it. Longer ones stay, as in PyTorch.
 * @throws ShapeError if there is no such axis
 */
export function squeeze<S extends Shape, D extends DType, const Axis extends Axes = undefined>(
  x: Tensor<S, D>,
  axis?: Axis & HasAxes<S, Axis>,
): Tensor<Squeezed<S, Axis>, D>;
export function squeeze(x: AnyTensor, axis?: number | readonly number[]): AnyTensor {
  assertTensor("squeeze", "x", x);
  const chosen =
    axis === undefined ? x.shape.flatMap((size, at) => (size === 1 ? [at] : [])) : normalAxes("squeeze", x.shape, axis);
  const shape = x.shape.filter((size, at) => size !== 1 || !chosen.includes(at));
  return apply(resqueezeOp, { x }, { shape });
}

/** Inserts an axis of size 1 before `axis` (from the end: -1 is after the last). */
export function unsqueeze<S extends Shape, D extends DType, Axis extends number>(
  x: Tensor<S, D>,
  axis: Axis & HasAxes<[...S, 1], Axis>,
): Tensor<Inserted<S, Axis>, D>;
export function unsqueeze(x: AnyTensor, axis: number): AnyTensor {
  assertTensor("unsqueeze", "x", x);
  const at = normalAxis("unsqueeze", [...x.shape, 1], axis, x.shape);
  const shape = x.shape.toSpliced(at, 0, 1);
  countOf("unsqueeze", shape);
  return apply(resqueezeOp, { x }, { shape });
}

/** Adds or removes axes of size 1; the gradient is a reshape. */
export const resqueezeOp: ViewOp<"resqueeze", ["x"], { shape: Shape }> = defineView(
  "resqueeze",
  ["x"],
  ({ x }, { shape }) => {
    const long = x.shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
    let next = 0;
    // Along an axis of size 1 nobody goes anywhere: any stride will do.
    const strides = shape.map((size) => (size === 1 ? 0 : (x.strides[long[next++] as number] ?? 0)));
    const others = shape.filter((size) => size !== 1);
    if (others.length !== long.length || others.some((size, i) => size !== x.shape[long[i] as number])) {
      throw new ShapeError("resqueeze", { from: x.shape, to: shape }, "only axes of size 1 may come and go");
    }
    return { shape, strides, offset: x.offset };
  },
);

/** Part of an axis: from `start` up to `stop` (not included), every `step`-th. */
export interface Span {
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** @throws ValueError on what is no list of spans; whether they lie within is for `cutOut` to say */
export function assertSpans(op: string, spans: readonly Span[]): void {
  assertList(op, "spans", spans, "an array of spans");
  for (const span of spans) assertRecord(op, "spans", span, "an array of { axis, start, stop, step }");
}

/** The part that spans cut out of a layout. @throws ShapeError, ValueError if a span lies outside */
export function cutOut(op: string, { shape, strides, offset }: Layout, spans: readonly Span[]): Layout {
  const sizes = [...shape];
  const steps = [...strides];
  let first = offset;
  for (const { axis, start, stop, step } of spans) {
    const size = sizes[normalAxis(op, shape, axis)] ?? 0;
    if (!isWithin(start, size) || !isWithin(stop, size)) {
      throw new ValueError(op, { shape, axis, start, stop }, `bounds must be whole numbers from 0 to ${size}`);
    }
    assertStep(op, shape, axis, step, "the step must be at least 1");
    const stride = steps[axis] ?? 0;
    const length = Math.max(0, Math.ceil((stop - start) / step));
    sizes[axis] = length;
    steps[axis] = stride * step;
    if (length > 0) first += start * stride;
  }
  return { shape: sizes, strides: steps, offset: first };
}

function isWithin(bound: number, size: number): boolean {
  return Number.isInteger(bound) && bound >= 0 && bound <= size;
}

function assertStep(op: string, shape: Shape, axis: number, step: number, rule: string): void {
  if (Number.isInteger(step) && step >= 1) return;
  throw new ValueError(op, { shape, axis, step }, rule);
}

export const sliceOp: ViewOp<"slice", ["x"], { spans: readonly Span[] }> = defineView(
  "slice",
  ["x"],
  ({ x }, { spans }) => cutOut("slice", x, spans),
);

/**
 * Elements `start` to `stop` (not included) along one axis, every `step`-th, without a copy. Bounds count from the end
 * if negative and are cut to the axis, as in Python; below 0, a step goes back from `start`.
 * @param start the first element unless said; with a step below 0 the last
 * @param stop behind the last element unless said; with a step below 0 before the first
 */
export function slice<S extends Shape, D extends DType, Axis extends number>(
  x: Tensor<S, D>,
  axis: Axis & HasAxes<S, Axis>,
  start?: number,
  stop?: number,
  step?: number,
): Tensor<WithSize<S, Axis, number>, D>;
export function slice(x: AnyTensor, axis: number, start?: number, stop?: number, step = 1): AnyTensor {
  assertTensor("slice", "x", x);
  if (start !== undefined) assertNumber("slice", "start", start);
  assertNumber("slice", "step", step);
  if (!(step < 0)) return sliceSpans(x, [resolveSpan("slice", x.shape, axis, start, stop, step)]);
  // The same part of the axis turned round.
  const at = normalAxis("slice", x.shape, axis);
  const span = resolveSpan("slice", x.shape, at, turned(start, x.shape[at]), turned(stop, x.shape[at]), -step);
  return composed("slice", () => sliceSpans(flip(x, at), [span]));
}

/** Where a bound stands on an axis that is turned round; beyond its end if it was before its beginning. */
function turned(bound: number | undefined, size = 0): number | undefined {
  if (bound === undefined || !Number.isInteger(bound)) return bound;
  return Math.max(0, size - 1 - (bound < 0 ? bound + size : bound));
}

/** The part of a tensor that `spans` cut out, without a copy. */
export function sliceSpans<D extends DType>(x: Tensor<Shape, D>, spans: readonly Span[]): Tensor<Shape, D> {
  assertTensor("slice", "x", x);
  assertSpans("slice", spans);
  return apply(sliceOp, { x }, { spans }) as Tensor<Shape, D>;
}

/** A span with its bounds counted from the front and cut to the axis. @throws ValueError on a step below 1 */
function resolveSpan(
  op: string,
  shape: Shape,
  axis: number,
  start: number | undefined,
  stop: number | undefined,
  step = 1,
): Span {
  const at = normalAxis(op, shape, axis);
  const size = shape[at] ?? 0;
  for (const [name, bound] of [
    ["start", start],
    ["stop", stop],
    ["step", step],
  ] as const) {
    if (bound !== undefined && !Number.isInteger(bound)) {
      throw new ValueError(op, { shape, axis, [name]: bound }, "bounds and steps of a range must be whole numbers");
    }
  }
  assertStep(op, shape, axis, step, "the step must be a whole number, and not 0");
  const cut = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + size : bound, 0), size);
  return { axis: at, start: cut(start ?? 0), stop: cut(stop ?? size), step };
}

/** The tensor cut into pieces of `size` along an axis (the last may be smaller), without a copy. */
export function split<S extends Shape, D extends DType, Axis extends number = 0>(
  x: Tensor<S, D>,
  size: number,
  axis?: Axis & HasAxes<S, Axis>,
): Tensor<WithSize<S, Axis, number>, D>[];
export function split(x: AnyTensor, size: number, axis = 0): AnyTensor[] {
  assertTensor("split", "x", x);
  if (!Number.isInteger(size) || size < 1)
    throw new ValueError("split", { shape: x.shape, size }, "the size must be at least 1");
  const at = normalAxis("split", x.shape, axis);
  const total = x.shape[at] ?? 0;
  return Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, i) => slice(x, at, i * size, (i + 1) * size));
}

export const flipOp: ViewOp<"flip", ["x"], { axes: readonly number[] }> = defineView(
  "flip",
  ["x"],
  ({ x }, { axes }) => {
    if (!areDistinctAxes(x.shape, axes)) {
      throw new ShapeError("flip", { shape: x.shape, axes }, "each axis must be one of the shape's, and named once");
    }
    const strides = [...x.strides];
    let offset = x.offset;
    for (const axis of axes) {
      const stride = strides[axis] ?? 0;
      if (x.size > 0) offset += ((x.shape[axis] ?? 1) - 1) * stride;
      strides[axis] = -stride;
    }
    return { shape: x.shape, strides, offset };
  },
);

/** The order along the given axes (all unless said) reversed, without a copy. */
export function flip<S extends Shape, D extends DType>(
  x: Tensor<S, D>,
  axis?: number | readonly number[],
): Tensor<S, D> {
  assertTensor("flip", "x", x);
  return apply(flipOp, { x }, { axes: normalAxes("flip", x.shape, axis) }) as Tensor<S, D>;
}

export const viewOps: {
  viewAs: typeof viewAsOp;
  resqueeze: typeof resqueezeOp;
  permute: typeof permuteOp;
  expand: typeof expandOp;
  slice: typeof sliceOp;
  flip: typeof flipOp;
} = { viewAs: viewAsOp, resqueeze: resqueezeOp, permute: permuteOp, expand: expandOp, slice: sliceOp, flip: flipOp };
