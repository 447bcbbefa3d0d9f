import { allocateTensor, apply } from "../../dispatch/dispatch.ts";
import { type AnyTensor, defineOp, type KernelOp } from "../../dispatch/op.ts";
import { DTypeError, IndexError, ShapeError, ValueError } from "../../errors/index.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { axes } from "../../shape/axes.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertFloat } from "../dtypes.ts";

/** How the losses of the rows become one number; "none" leaves them apart. */
export type Reduction = "mean" | "sum" | "none";

export interface CrossEntropyOptions<R extends Reduction = Reduction> {
  /** Default "mean": over the rows that count, weighted by their classes' weights. */
  readonly reduction?: R;
  /** A label that marks rows to leave out. None unless said. */
  readonly ignoreIndex?: number;
  /** Share of the target spread evenly over all classes, 0 to 1 (Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number;
  /** (classes) */
  readonly weight?: Tensor<Shape>;
}

/** What the kernel needs to know beside its tensors. */
export interface CrossEntropyAttributes {
  /** The label that is left out, or `NONE_IGNORED`. */
  readonly ignored: number;
  readonly smoothing: number;
}

/** A label that is refused like any other outside of the classes. */
const NONE_IGNORED = -(2 ** 31);

type CrossEntropyOp = KernelOp<
  "crossEntropyRows",
  ["logits", "labels", "weight?"],
  CrossEntropyAttributes,
  "logSumExp"
>;

const crossEntropyRowsOp: CrossEntropyOp = defineOp("crossEntropyRows", ["logits", "labels", "weight?"], {
  shape: ({ logits, labels, weight }, { ignored }) => {
    const [rows, classes] = axes("crossEntropy logits", logits.shape, "rows classes");
    assertFloat("crossEntropy", { logits, weight });
    assertLabels(labels, rows, classes, ignored);
    if (weight !== undefined && (weight.rank !== 1 || weight.shape[0] !== classes)) {
      throw new ShapeError(
        "crossEntropy",
        { logits: logits.shape, weight: weight.shape },
        `needs one weight for each of ${classes} classes`,
      );
    }
    return [rows];
  },
  residuals: ({ logits }) => ({ logSumExp: { shape: [logits.shape[0] ?? 0], dtype: "f32" } }),
  run: ({ logits, labels, weight }, out, { ignored, smoothing }, residuals) => {
    scope(() => {
      const [rows, classes] = [logits.shape[0] ?? 0, logits.shape[1] ?? 0];
      const rowWeight = allocateTensor([rows], "f32", "crossEntropy");
      const logSumExp = residuals?.logSumExp ?? allocateTensor([rows], "f32", "crossEntropy");
      core().cross_entropy(
        rows,
        classes,
        logits.contiguous().address,
        labels.contiguous().address,
        weight?.contiguous().address ?? 0,
        ignored,
        smoothing,
        out.address,
        rowWeight.address,
        logSumExp.address,
      );
    });
  },
});

/**
 * Cross-entropy between softmax(logits) and class labels, fused: −log softmax(logits)[label] for each row, without ever
 * forming the probabilities.
 *
 * @param logits (rows, classes), f32: not yet softmaxed @param labels (rows), i32
 * @returns a scalar, or (rows) for reduction "none"
 * @throws IndexError for a label outside of the classes, naming the row; ShapeError, DTypeError
 */
export function crossEntropy<R extends Reduction = "mean">(
  logits: Tensor<Shape>,
  labels: Tensor<Shape, "i32">,
  options: CrossEntropyOptions<R> = {},
): Tensor<R extends "none" ? [number] : []> {
  const { reduction = "mean", ignoreIndex, labelSmoothing = 0, weight } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError("crossEntropy", { labelSmoothing }, "label smoothing is a share: 0 to 1");
  }
  const attributes = { ignored: ignoreIndex ?? NONE_IGNORED, smoothing: labelSmoothing };
  return scope(() => {
    const rows = apply(crossEntropyRowsOp, { logits, labels, weight }, attributes) as Tensor<[number]>;
    const total =
      reduction === "none" ? rows : reduction === "sum" ? rows.sum() : meanOf(rows, labels, ignoreIndex, weight);
    return total as Tensor<Shape> as Tensor<R extends "none" ? [number] : []>;
  });
}

/** Σ losses / Σ weights of the rows' labels; each label weighs 1 unless classes are weighted, and 0 if left out. */
function meanOf(
  rows: Tensor<[number]>,
  labels: Tensor<Shape, "i32">,
  ignoreIndex: number | undefined,
  weight: Tensor | undefined,
): Tensor<[]> {
  if (ignoreIndex === undefined && weight === undefined) return rows.mean();
  return rows.sum().div(totalWeight(labels, ignoreIndex, weight));
}

function totalWeight(
  labels: Tensor<Shape, "i32">,
  ignoreIndex: number | undefined,
  weight: Tensor | undefined,
): number {
  const weights = weight?.data();
  return labels.data().reduce((sum, label) => (label === ignoreIndex ? sum : sum + (weights?.[label] ?? 1)), 0);
}

/** @throws ShapeError, DTypeError, IndexError */
function assertLabels(labels: AnyTensor, rows: number, classes: number, ignored: number): void {
  if (labels.dtype !== "i32")
    throw new DTypeError(
      "crossEntropy",
      { labels: labels.shape, dtype: labels.dtype },
      "labels must be i32",
      'labels.to("i32")',
    );
  if (labels.rank !== 1 || labels.shape[0] !== rows) {
    throw new ShapeError("crossEntropy", { rows, labels: labels.shape }, "needs one label for each row of logits");
  }
  const heap = heapI32();
  const [start, stride] = [labels.address / 4, labels.strides[0] ?? 1];
  for (let row = 0; row < rows; row++) {
    const label = heap[start + row * stride] ?? 0;
    if ((label < 0 || label >= classes) && (label !== ignored || ignored === NONE_IGNORED)) {
      throw new IndexError(
        "crossEntropy",
        { row, label, classes },
        `labels must be in 0…${classes - 1}`,
        "pass ignoreIndex for rows to leave out",
      );
    }
  }
}

type GradientOp = KernelOp<
  "crossEntropyGradient",
  ["dLoss", "logits", "labels", "logSumExp", "weight?"],
  CrossEntropyAttributes,
  never
>;

const crossEntropyGradientOp: GradientOp = defineOp(
  "crossEntropyGradient",
  ["dLoss", "logits", "labels", "logSumExp", "weight?"],
  {
    shape: ({ logits }) => logits.shape,
    dtype: () => "f32",
    run: ({ dLoss, logits, labels, logSumExp, weight }, out, { ignored, smoothing }) => {
      scope(() => {
        // A mean spreads one number over the rows: read where it lies.
        const isShared = dLoss.strides[0] === 0;
        core().cross_entropy_gradient(
          logits.shape[0] ?? 0,
          logits.shape[1] ?? 0,
          logits.contiguous().address,
          labels.contiguous().address,
          weight?.contiguous().address ?? 0,
          ignored,
          smoothing,
          logSumExp.address,
          isShared ? dLoss.address : dLoss.contiguous().address,
          isShared ? 0 : 1,
          out.address,
        );
      });
    },
  },
);

/** The gradient kernel of `crossEntropyRows`. @param dLoss (rows) @returns (rows, classes) */
export function crossEntropyGradient(
  dLoss: Tensor<Shape>,
  logits: Tensor<Shape>,
  labels: Tensor<Shape, "i32">,
  logSumExp: Tensor<Shape>,
  weight: Tensor<Shape> | undefined,
  attributes: CrossEntropyAttributes,
): Tensor<Shape> {
  return apply(crossEntropyGradientOp, { dLoss, logits, labels, logSumExp, weight }, attributes) as Tensor<Shape>;
}

export const crossEntropyOps: { crossEntropyRows: CrossEntropyOp } = { crossEntropyRows: crossEntropyRowsOp };
