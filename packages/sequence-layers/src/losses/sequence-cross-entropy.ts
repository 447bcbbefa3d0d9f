import {
  anyNumber,
  assertTensor,
  checkedLater,
  checkOptions,
  crossEntropy,
  type CrossEntropyOptions,
  type DType,
  DTypeError,
  full,
  inCall,
  oneOf,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  where,
} from "@unfoldjs/tensor-core";
import { checkedLengths } from "../lengths/checked-lengths.ts";
import { lengthsToMask } from "../lengths/lengths-to-mask.ts";

export interface SequenceLossOptions {
  /** How many steps of each sequence count, (batch), i32. All unless given. */
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
  /** A target that marks steps to leave out, such as that for padding. None unless given. */
  readonly ignoreIndex?: number | undefined;
}

export interface SequenceCrossEntropyOptions extends SequenceLossOptions {
  /** Share of the target spread evenly over all classes, 0 to 1 (Szegedy et al. 2016). Default 0. */
  readonly labelSmoothing?: number | undefined;
  /**
   * "token": the mean over all steps that count, by which long sentences weigh more. "sentence": the sum over a sentence's steps,
   * −log of its probability, averaged over sentences. "sum": over everything. "none": one loss for each step, 0 in the padding.
   * Default "token".
   */
  readonly reduction?: "token" | "sentence" | "sum" | "none" | undefined;
}

/** Marks steps beyond the lengths where the caller ignores nothing by itself: no class, nor anyone's padding. */
const BEYOND = -(2 ** 31) + 1;

/**
 * Cross-entropy of each step's logits and the class it should be, of the sequences' own steps alone: what stands in the padding,
 * NaN too, changes neither value nor gradient. Fused, as `crossEntropy`.
 *
 * @param logits (batch, time, classes), f32: not yet softmaxed @param targets (batch, time), i32
 * @returns a scalar, or for reduction "none" (batch, time). The mean over no step is NaN, as `crossEntropy`'s
 * @throws IndexError for a target that is no class, or a length outside of 0…time; ShapeError, DTypeError
 * @example sequenceCrossEntropy(logits, next, { lengths, labelSmoothing: 0.1 })
 */
export function sequenceCrossEntropy(
  logits: Tensor,
  targets: Tensor<Shape, "i32">,
  options: SequenceCrossEntropyOptions = {},
): Tensor {
  checkOptions<SequenceCrossEntropyOptions>("sequenceCrossEntropy", options, OPTIONS);
  return lossOf("sequenceCrossEntropy", logits, targets, options);
}

/**
 * exp of the mean cross-entropy of the steps that count: among how many equally likely tokens the model's uncertainty is like a
 * choice. Of several batches take the mean of their losses first, and its exp: perplexities do not average.
 *
 * @param logits (batch, time, classes), f32 @param targets (batch, time), i32
 * @throws as `sequenceCrossEntropy`
 */
export function perplexity(logits: Tensor, targets: Tensor<Shape, "i32">, options: SequenceLossOptions = {}): number {
  checkOptions<SequenceLossOptions>("perplexity", options, LOSS_OPTIONS);
  return Math.exp(scope(() => lossOf("perplexity", logits, targets, options).item()));
}

const LOSS_OPTIONS: OptionChecks<SequenceLossOptions> = { lengths: checkedLater, ignoreIndex: anyNumber };
const OPTIONS: OptionChecks<SequenceCrossEntropyOptions> = {
  ...LOSS_OPTIONS,
  labelSmoothing: checkedLater,
  reduction: oneOf("token", "sentence", "sum", "none"),
};

function lossOf(
  op: string,
  logits: Tensor,
  targets: Tensor<Shape, "i32">,
  { lengths, ignoreIndex, labelSmoothing, reduction = "token" }: SequenceCrossEntropyOptions,
): Tensor {
  assertTensor(op, "logits", logits);
  assertTensor(op, "targets", targets);
  const [batch = 0, time = 0, classes = 0] = logits.shape;
  const came: Tensor<Shape, DType> = targets;
  if (logits.rank !== 3 || came.rank !== 2 || came.shape[0] !== batch || came.shape[1] !== time) {
    const rule = "logits must be (batch, time, classes), and targets (batch, time)";
    throw new ShapeError(op, { logits: logits.shape, targets: came.shape }, rule);
  }
  if (came.dtype !== "i32") {
    throw new DTypeError(op, { targets: came.shape, dtype: came.dtype }, "targets must be i32", 'targets.to("i32")');
  }
  if (lengths !== undefined) checkedLengths(op, lengths, batch, time);
  const ignored = ignoreIndex ?? (lengths === undefined ? undefined : BEYOND);
  const options: CrossEntropyOptions<"mean" | "sum" | "none"> = {
    ...(ignored === undefined ? {} : { ignoreIndex: ignored }),
    ...(labelSmoothing === undefined ? {} : { labelSmoothing }),
    reduction: reduction === "token" ? "mean" : reduction === "none" ? "none" : "sum",
  };
  return inCall(op, () =>
    scope(() => {
      const own =
        lengths === undefined || ignored === undefined
          ? targets
          : where(
              lengthsToMask(lengths as Tensor<[number], "i32">, time),
              targets,
              full<Shape, "i32">([], ignored, "i32"),
            );
      const loss: Tensor = crossEntropy(logits.reshape([batch * time, classes]), own.reshape([batch * time]), options);
      if (reduction === "none") return loss.reshape([batch, time]);
      return reduction === "sentence" ? loss.div(batch) : loss;
    }),
  );
}
