import { assertWhole } from "../arguments/checks.ts";
import { anyNumber, checkOptions, oneOf, type OptionChecks } from "../arguments/options.ts";
import { apply } from "../dispatch/dispatch.ts";
import { assertFloat } from "../dispatch/dtypes.ts";
import { DTypeError, ShapeError, ValueError } from "../errors/index.ts";
import { assertShare, crossEntropyRowsOp, NONE_IGNORED } from "../ops/softmax/cross-entropy.ts";
import { logSoftmax } from "../ops/softmax/softmax.ts";
import { permute } from "../ops/view/view.ts";
import { axes } from "../shape/axes.ts";
import { sameShape, sizeOf } from "../shape/layout.ts";
import { assertTensor } from "../tensor/assert-tensor.ts";
import { composed } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../types/shape.ts";

/** How the losses of the rows become one number; "none" leaves them apart. */
export type Reduction = "mean" | "sum" | "none";

export interface CrossEntropyOptions<R extends Reduction = Reduction> {
  /** Default "mean": over the rows that count, weighted by their labels' weights; of probabilities over all rows. */
  readonly reduction?: R;
  /** A label that marks rows to leave out. None unless said. */
  readonly ignoreIndex?: number;
  /** Share of the target spread evenly over all classes, 0 to 1 (Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number;
  /** (classes) */
  readonly weight?: Tensor<Shape>;
}

/** What is left of the logits' shape without the classes, as far as it is known; nothing after a mean or a sum. */
export type LossShape<S extends Shape, R extends Reduction> = R extends "none"
  ? S extends readonly [infer Batch extends number, number]
    ? [Batch]
    : Shape
  : [];

/**
 * Cross-entropy between softmax(logits) and what the classes should be, as PyTorch's: −log softmax(logits)[label] of each
 * row, or −Σ q log softmax(logits) where probabilities q are given. With labels it is fused, and never forms probabilities.
 *
 * A mean is over the weights of the labels that occur, as in PyTorch: where they are all 0, or every row is left out, it is
 * NaN, and so it is with label smoothing, whose losses do not vanish with them. With probabilities it is over all rows.
 *
 * @param logits (batch, classes), (batch, classes, d1, …) or (classes), f32: not yet softmaxed
 * @param labels (batch), (batch, d1, …) or none, i32; or probabilities in the shape of `logits`, f32, which have a gradient too
 * @returns a scalar, or for reduction "none" one loss for each label
 * @throws IndexError for a label outside of the classes, naming the row; ValueError for probabilities with an `ignoreIndex`
 * from 0 up; ShapeError, DTypeError
 */
export function crossEntropy<R extends Reduction = "mean", S extends Shape = Shape>(
  logits: Tensor<S>,
  labels: Tensor<Shape, "i32"> | Tensor<NoInfer<S>>,
  options: CrossEntropyOptions<R> = {},
): Tensor<LossShape<S, R>> {
  assertTensor("crossEntropy", "logits", logits);
  assertTensor("crossEntropy", "labels", labels);
  checkOptions("crossEntropy", options, OPTIONS);
  assertShare("crossEntropy", options.labelSmoothing ?? 0);
  const [x, wanted]: readonly [Tensor<Shape>, Tensor<Shape, "i32"> | Tensor<Shape>] = [logits, labels];
  const isOfProbabilities = wanted.dtype !== "i32" && sameShape(x.shape, wanted.shape);
  const loss = composed("crossEntropy", () =>
    isOfProbabilities
      ? lossOfProbabilities(x, wanted, options)
      : lossOfLabels(x, wanted as Tensor<Shape, "i32">, options),
  );
  return loss as Tensor<LossShape<S, R>>;
}

const OPTIONS: OptionChecks<CrossEntropyOptions> = {
  reduction: oneOf("none", "sum", "mean"),
  ignoreIndex: (op, name, value) => assertWhole(op, name, value, -Infinity),
  labelSmoothing: anyNumber,
  weight: assertTensor,
};

/** By the kernel that takes rows: (batch, classes, d1, …) becomes (batch · d1 · …, classes). */
function lossOfLabels(
  logits: Tensor<Shape>,
  labels: Tensor<Shape, "i32">,
  options: CrossEntropyOptions,
): Tensor<Shape> {
  const { reduction = "mean", ignoreIndex, labelSmoothing = 0, weight } = options;
  // No label is beyond an i32: to leave such out is to leave out none.
  const isLabel = ignoreIndex !== undefined && ignoreIndex === (ignoreIndex | 0);
  const isMean = reduction === "mean";
  const attributes = { ignored: isLabel ? ignoreIndex : NONE_IGNORED, smoothing: labelSmoothing, isMean };
  const inputs = { ...(logits.rank === 2 ? { logits, labels } : inRows(logits, labels)), weight };
  const each = apply(crossEntropyRowsOp, inputs, attributes).y as Tensor;
  // What is smoothed is shared among the classes, also of rows that are left out: 0 / 0 where there is none.
  const rows = labelSmoothing > 0 && inputs.logits.shape[1] === 0 ? each.mul(NaN) : each;
  return isMean ? rows : reduced(logits.rank === 2 ? rows : rows.reshape(labels.shape), reduction);
}

interface Rows {
  readonly logits: Tensor<Shape>;
  readonly labels: Tensor<Shape, "i32">;
}

/** @throws ShapeError unless there is a label for each place, DTypeError unless it is i32 */
function inRows(logits: Tensor<Shape>, labels: Tensor<Shape, "i32">): Rows {
  const at = classAxis(logits);
  const places = logits.shape.toSpliced(at, 1);
  if ((labels.dtype as string) !== "i32") {
    throw new DTypeError(
      "crossEntropy",
      { labels: labels.shape, dtype: labels.dtype },
      "labels must be i32",
      'labels.to("i32"), or probabilities in the shape of the logits',
    );
  }
  if (!sameShape(labels.shape, places)) {
    throw new ShapeError(
      "crossEntropy",
      { logits: logits.shape, labels: labels.shape },
      `needs labels of the shape [${places.join(", ")}]: the logits' without the classes`,
    );
  }
  const order = [...logits.shape.keys()].filter((axis) => axis !== at).concat(at);
  const rows = sizeOf(places);
  return {
    logits: permute(logits, order).reshape([rows, logits.shape[at] ?? 0]),
    labels: labels.reshape([rows]),
  };
}

/** −Σ w q log softmax(logits) over the classes. */
function lossOfProbabilities(logits: Tensor<Shape>, q: Tensor<Shape>, options: CrossEntropyOptions): Tensor<Shape> {
  const { reduction = "mean", ignoreIndex, labelSmoothing = 0, weight } = options;
  if (ignoreIndex !== undefined && ignoreIndex >= 0) {
    throw new ValueError("crossEntropy", { ignoreIndex }, "probabilities have no label to leave out");
  }
  const at = classAxis(logits);
  const classes = logits.shape[at] ?? 0;
  assertFloat("crossEntropy", { logits, labels: q, weight });
  if (weight !== undefined && (weight.rank !== 1 || weight.shape[0] !== classes)) {
    throw new ShapeError(
      "crossEntropy",
      { logits: logits.shape, weight: weight.shape },
      `needs one weight for each of ${classes} classes`,
    );
  }
  const smoothed = labelSmoothing > 0 ? q.mul<Shape>(1 - labelSmoothing).add<Shape>(labelSmoothing / classes) : q;
  const terms = logSoftmax(logits, at).mul<Shape, Shape>(smoothed);
  const perClass = logits.shape.map((_, axis) => (axis === at ? classes : 1));
  const weighted = weight === undefined ? terms : terms.mul<Shape, Shape>(weight.reshape(perClass));
  const loss = reduced(weighted.sum(at).neg(), reduction);
  // PyTorch counts the rows of a mean by the logits of each class, and without a class there is none.
  return classes === 0 && reduction === "mean" ? loss.mul<Shape>(NaN) : loss;
}

/** @throws ShapeError if there is none */
function classAxis({ shape }: Tensor<Shape>): number {
  if (shape.length === 0) axes("crossEntropy logits", shape, "rows classes");
  return shape.length === 1 ? 0 : 1;
}

function reduced(losses: Tensor<Shape>, reduction: Reduction): Tensor<Shape> {
  return reduction === "none" ? losses : reduction === "sum" ? losses.sum() : losses.mean();
}
