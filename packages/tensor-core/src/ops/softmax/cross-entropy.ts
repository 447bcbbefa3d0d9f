import { allocateTensor, apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { type AnyTensor, DISCRETE_ON_REQUEST, FOR_GRADIENT, PUBLIC } from "../../dispatch/results.ts";
import { DTypeError, IndexError, ShapeError, ValueError } from "../../errors/index.ts";
import { core, heapI32 } from "../../runtime/heap.ts";
import { axes } from "../../shape/axes.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { assertNumber } from "../../arguments/checks.ts";
import { wrongArgument } from "../../arguments/wrong.ts";

/** What the kernel needs to know beside its tensors. */
export interface CrossEntropyAttributes {
  /** The label that is left out, or `NONE_IGNORED`. */
  readonly ignored: number;
  readonly smoothing: number;
  /** Whether the loss is one number: Σ of the rows' losses over Σ of their weights, NaN if that is 0. */
  readonly isMean: boolean;
}

/** A label that is refused like any other outside of the classes. */
export const NONE_IGNORED: number = -(2 ** 31);

/** @throws ValueError unless the label to leave out is whole and the smoothing a share */
function assertAttributes(op: string, { ignored, smoothing, isMean }: CrossEntropyAttributes): void {
  if (typeof isMean !== "boolean") throw wrongArgument(op, "isMean", isMean, "true or false");
  if (typeof ignored !== "number" || ignored !== (ignored | 0)) {
    throw wrongArgument(op, "ignored", ignored, "a label, an i32");
  }
  assertNumber(op, "smoothing", smoothing);
  assertShare(op, smoothing);
}

/** @throws ValueError unless it is a share */
export function assertShare(op: string, labelSmoothing: number): void {
  if (labelSmoothing >= 0 && labelSmoothing <= 1) return;
  throw new ValueError(op, { labelSmoothing }, "label smoothing is a share: 0 to 1");
}

type CrossEntropyResults = {
  /** The loss of each row, or their mean. */
  readonly y: typeof PUBLIC;
  /** What each row weighs in a mean: its class's weight, or 1; 0 if it is left out. */
  readonly rowWeights: typeof DISCRETE_ON_REQUEST;
  /** log Σ exp of each row in two parts, the largest logit and the rest: their sum would lose the digits of the second. */
  readonly logSumExp: typeof FOR_GRADIENT;
};

type CrossEntropyOp = KernelOp<
  "crossEntropyRows",
  ["logits", "labels", "weight?"],
  CrossEntropyAttributes,
  CrossEntropyResults
>;

/** The losses of rows, or their mean: −log softmax(logits)[label], fused, without ever forming the probabilities. */
export const crossEntropyRowsOp: CrossEntropyOp = defineOp("crossEntropyRows", ["logits", "labels", "weight?"], {
  calledAs: "crossEntropy",
  results: { y: PUBLIC, rowWeights: DISCRETE_ON_REQUEST, logSumExp: FOR_GRADIENT },
  shape: ({ logits, labels, weight }, attributes) => {
    assertAttributes("crossEntropy", attributes);
    const [rows, classes] = axes("crossEntropy logits", logits.shape, "rows classes");
    assertFloat("crossEntropy", { logits, weight });
    assertLabels("crossEntropy", labels, rows);
    if (weight !== undefined && (weight.rank !== 1 || weight.shape[0] !== classes)) {
      throw new ShapeError(
        "crossEntropy",
        { logits: logits.shape, weight: weight.shape },
        `needs one weight for each of ${classes} classes`,
      );
    }
    return { y: attributes.isMean ? [] : [rows], rowWeights: [rows], logSumExp: [rows, 2] };
  },
  check: ({ logits, labels }, { ignored }) => assertClasses("crossEntropy", labels, logits.shape[1] ?? 0, ignored),
  run: ({ logits, labels, weight }, out, { ignored, smoothing, isMean }) => {
    scope(() => {
      const [rows, classes] = [logits.shape[0] ?? 0, logits.shape[1] ?? 0];
      // A mean is of the rows' losses, which the kernel writes down first.
      const losses = isMean ? allocateTensor([rows], "f32", "crossEntropy") : out.y;
      core().cross_entropy(
        rows,
        classes,
        logits.contiguous().address,
        labels.contiguous().address,
        weight?.contiguous().address ?? 0,
        ignored,
        smoothing,
        losses.address,
        out.rowWeights?.address ?? 0,
        out.logSumExp?.address ?? 0,
        isMean ? out.y.address : 0,
      );
    });
  },
});

/** @throws ShapeError, DTypeError */
function assertLabels(op: string, labels: AnyTensor, rows: number): void {
  if (labels.dtype !== "i32") {
    throw new DTypeError(op, { labels: labels.shape, dtype: labels.dtype }, "labels must be i32", 'labels.to("i32")');
  }
  if (labels.rank !== 1 || labels.shape[0] !== rows) {
    throw new ShapeError(op, { rows, labels: labels.shape }, "needs one label for each row of logits");
  }
}

/** Looks at the labels themselves. @throws IndexError naming the row */
function assertClasses(op: string, labels: AnyTensor, classes: number, ignored: number): void {
  const heap = heapI32();
  const [rows, start, stride] = [labels.size, labels.address / 4, labels.strides[0] ?? 1];
  for (let row = 0; row < rows; row++) {
    const label = heap[start + row * stride] ?? 0;
    if ((label < 0 || label >= classes) && (label !== ignored || ignored === NONE_IGNORED)) {
      throw new IndexError(
        op,
        { row, label, classes },
        classes === 0 ? "there are no classes" : `labels must be in 0…${classes - 1}`,
        "pass ignoreIndex for rows to leave out",
      );
    }
  }
}

type GradientOp = KernelOp<
  "crossEntropyGradient",
  ["dLoss", "logits", "labels", "logSumExp", "weight?"],
  CrossEntropyAttributes
>;

const crossEntropyGradientOp: GradientOp = defineOp(
  "crossEntropyGradient",
  ["dLoss", "logits", "labels", "logSumExp", "weight?"],
  {
    shape: ({ dLoss, logits, labels, logSumExp, weight }, attributes) => {
      const op = "crossEntropyGradient";
      assertAttributes(op, attributes);
      const [rows, classes] = axes(`${op} logits`, logits.shape, "rows classes");
      assertFloat(op, { dLoss, logits, logSumExp, weight });
      assertLabels(op, labels, rows);
      if (dLoss.rank !== (attributes.isMean ? 0 : 1) || (!attributes.isMean && dLoss.shape[0] !== rows)) {
        const rule = attributes.isMean
          ? "needs one number as the dLoss of a mean"
          : "needs one dLoss for each row of logits";
        throw new ShapeError(op, { logits: logits.shape, dLoss: dLoss.shape }, rule);
      }
      if (logSumExp.rank !== 2 || logSumExp.shape[0] !== rows || logSumExp.shape[1] !== 2) {
        throw new ShapeError(
          op,
          { logits: logits.shape, logSumExp: logSumExp.shape },
          "needs one logSumExp in two parts for each row of logits",
        );
      }
      if (weight !== undefined && (weight.rank !== 1 || weight.shape[0] !== classes)) {
        throw new ShapeError(
          op,
          { logits: logits.shape, weight: weight.shape },
          `needs one weight for each of ${classes} classes`,
        );
      }
      return logits.shape;
    },
    dtype: () => "f32",
    check: ({ logits, labels }, { ignored }) => {
      assertClasses("crossEntropyGradient", labels, logits.shape[1] ?? 0, ignored);
    },
    run: ({ dLoss, logits, labels, logSumExp, weight }, out, { ignored, smoothing, isMean }) => {
      scope(() => {
        // A sum spreads one number over the rows: read where it lies, as a mean's is.
        const isShared = isMean || dLoss.strides[0] === 0;
        core().cross_entropy_gradient(
          logits.shape[0] ?? 0,
          logits.shape[1] ?? 0,
          logits.contiguous().address,
          labels.contiguous().address,
          weight?.contiguous().address ?? 0,
          ignored,
          smoothing,
          logSumExp.contiguous().address,
          isShared ? dLoss.address : dLoss.contiguous().address,
          isShared ? 0 : 1,
          isMean ? 1 : 0,
          out.address,
        );
      });
    },
  },
);

/**
 * The gradient kernel of `crossEntropyRows`: dLoss · (Σ t · exp(logits − Σ logSumExp) − t) for each row, where t is what each
 * class is to have, smoothed and weighted, and over the sum of the rows' weights if it is the gradient of a mean.
 *
 * @param dLoss (rows), the gradient of each row's loss, or a number, that of the mean @param logits (rows, classes) @param labels (rows), i32
 * @param logSumExp (rows, 2), log Σ exp of each row of `logits` in two parts that add up to it, the largest logit and
 * log Σ exp(logits − largest), subtracted one after the other @param weight (classes)
 * @returns (rows, classes)
 * @throws IndexError for a label outside of the classes, naming the row; ShapeError, DTypeError; ValueError on attributes
 */
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

export const crossEntropyOps: { crossEntropyRows: CrossEntropyOp; crossEntropyGradient: GradientOp } = {
  crossEntropyRows: crossEntropyRowsOp,
  crossEntropyGradient: crossEntropyGradientOp,
};
