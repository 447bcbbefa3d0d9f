import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { normalAxes, normalAxis } from "../../shape/axes.ts";
import { sameShape, sizeOf } from "../../shape/layout.ts";
import { composed, scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Axes, HasAxes, Reduced } from "../../types/axes.ts";
import type { Shape } from "../../types/shape.ts";
import { onContiguous } from "../copy/copy.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { permute, transpose } from "../view/view.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { assertBoolean } from "../../arguments/checks.ts";

/** An op on the rows of a contiguous tensor: its last axis, as often as the other axes say. */
type RowOp<Name extends string> = KernelOp<Name, ["x"], void>;
type RowGradientOp<Name extends string> = KernelOp<Name, ["dy", "y"], void>;

function rowOp<const Name extends string>(
  name: Name,
  kernel: (rows: number, size: number, x: AnyTensor, out: AnyTensor) => void,
): RowOp<Name> {
  return defineOp(name, ["x"], {
    shape: ({ x }) => {
      assertFloat(name, { x });
      return x.shape;
    },
    run: ({ x }, out) => onContiguous(x, (dense) => kernel(rowsOf(x), x.shape.at(-1) ?? 1, dense, out)),
  });
}

function rowGradientOp<const Name extends string>(
  name: Name,
  kernel: (rows: number, size: number, y: AnyTensor, dy: AnyTensor, out: AnyTensor) => void,
): RowGradientOp<Name> {
  return defineOp(name, ["dy", "y"], {
    shape: ({ dy, y }) => {
      assertFloat(name, { dy, y });
      if (!sameShape(dy.shape, y.shape)) {
        throw new ShapeError(name, { dy: dy.shape, y: y.shape }, "dy must have the shape of y");
      }
      return y.shape;
    },
    run: ({ dy, y }, out) => scope(() => kernel(rowsOf(y), y.shape.at(-1) ?? 1, y.contiguous(), dy.contiguous(), out)),
  });
}

/** How many rows a tensor has, counted over all axes but the last. */
function rowsOf(x: AnyTensor): number {
  const size = x.shape.at(-1) ?? 1;
  return size === 0 ? 0 : x.size / size;
}

const softmaxOp: RowOp<"softmax"> = rowOp("softmax", (rows, size, x, out) =>
  core().softmax(rows, size, x.address, out.address),
);

/**
 * exp(x) / Σ exp(x) along an axis, computed from x − max x: no element overflows.
 * @param x any shape, f32 @param axis the last unless said @returns the shape of `x`, each line summing to 1
 */
export function softmax<S extends Shape>(x: Tensor<S>, axis = -1): Tensor<S> {
  assertTensor("softmax", "x", x);
  return alongLastAxis(softmaxOp, x, axis);
}

const logSoftmaxOp: RowOp<"logSoftmax"> = rowOp("logSoftmax", (rows, size, x, out) =>
  core().log_softmax(rows, size, x.address, out.address),
);

/** x − log Σ exp(x) along an axis: the logarithm of softmax, exact where that is tiny. */
export function logSoftmax<S extends Shape>(x: Tensor<S>, axis = -1): Tensor<S> {
  assertTensor("logSoftmax", "x", x);
  return alongLastAxis(logSoftmaxOp, x, axis);
}

/** Brings the axis to the end, applies, and brings it back. */
function alongLastAxis<S extends Shape>(op: RowOp<string>, x: Tensor<S>, axis: number): Tensor<S>;
function alongLastAxis(op: RowOp<string>, x: Tensor<Shape>, axis: number): Tensor<Shape> {
  if (x.rank === 0) {
    const at = normalAxis(op.name, [1], axis);
    return composed(op.name, () => alongLastAxis(op, x.reshape([1]), at).reshape([]));
  }
  const at = normalAxis(op.name, x.shape, axis);
  return composed(op.name, () => {
    const turned = at === x.rank - 1 ? x : transpose(x, at, -1);
    const y = apply(op, { x: turned }, undefined) as Tensor<Shape>;
    return turned === x ? y : transpose(y, at, -1);
  });
}

const logSumExpOp: RowOp<"logSumExp"> = defineOp("logSumExp", ["x"], {
  shape: ({ x }) => {
    assertFloat("logSumExp", { x });
    return x.shape.slice(0, -1);
  },
  run: ({ x }, out) => {
    onContiguous(x, (dense) => core().log_sum_exp(out.size, x.shape.at(-1) ?? 1, dense.address, out.address));
  },
});

/**
 * log Σ exp(x) over one axis, the last unless said, or several, which overflows nowhere; −∞ of no elements.
 * @param axes an empty list is none @param keepDims leaves the axes with size 1
 * @throws ShapeError, DTypeError
 */
export function logSumExp<S extends Shape, const Axis extends Axes = -1, Keep extends boolean = false>(
  x: Tensor<S>,
  axes?: Axis & HasAxes<S, Axis>,
  keepDims?: Keep,
): Tensor<Reduced<S, Axis, Keep>>;
export function logSumExp(x: Tensor<Shape>, axes: number | readonly number[] = -1, keepDims = false): Tensor<Shape> {
  assertTensor("logSumExp", "x", x);
  assertBoolean("logSumExp", "keepDims", keepDims);
  const chosen: readonly number[] = normalAxes("logSumExp", x.shape, axes);
  const left = x.shape.flatMap((_, axis) => (chosen.includes(axis) ? [] : [axis]));
  const reduced = left.map((axis) => x.shape[axis] ?? 1);
  const size = sizeOf(chosen.map((axis) => x.shape[axis] ?? 1));
  return composed("logSumExp", () => {
    const turned = permute(x, [...left, ...chosen]).reshape([...reduced, size]);
    const y = apply(logSumExpOp, { x: turned }, undefined) as Tensor<Shape>;
    return keepDims ? y.reshape(x.shape.map((one, axis) => (chosen.includes(axis) ? 1 : one))) : y;
  });
}

const softmaxGradientOp: RowGradientOp<"softmaxGradient"> = rowGradientOp("softmaxGradient", (rows, size, y, dy, out) =>
  core().softmax_gradient(rows, size, y.address, dy.address, out.address),
);

/** y (dy − Σ dy y) along the last axis: the gradient of y = softmax(x). */
export function softmaxGradient(dy: Tensor<Shape>, y: Tensor<Shape>): Tensor<Shape> {
  return apply(softmaxGradientOp, { dy, y }, undefined) as Tensor<Shape>;
}

const logSoftmaxGradientOp: RowGradientOp<"logSoftmaxGradient"> = rowGradientOp(
  "logSoftmaxGradient",
  (rows, size, y, dy, out) => core().log_softmax_gradient(rows, size, y.address, dy.address, out.address),
);

/** dy − exp(y) Σ dy along the last axis: the gradient of y = logSoftmax(x). */
export function logSoftmaxGradient(dy: Tensor<Shape>, y: Tensor<Shape>): Tensor<Shape> {
  return apply(logSoftmaxGradientOp, { dy, y }, undefined) as Tensor<Shape>;
}

export const softmaxOps: {
  softmax: typeof softmaxOp;
  logSoftmax: typeof logSoftmaxOp;
  logSumExp: typeof logSumExpOp;
  softmaxGradient: typeof softmaxGradientOp;
  logSoftmaxGradient: typeof logSoftmaxGradientOp;
} = {
  softmax: softmaxOp,
  logSoftmax: logSoftmaxOp,
  logSumExp: logSumExpOp,
  softmaxGradient: softmaxGradientOp,
  logSoftmaxGradient: logSoftmaxGradientOp,
};
