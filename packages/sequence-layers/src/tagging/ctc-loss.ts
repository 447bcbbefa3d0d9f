import {
  assertTensor,
  assertWhole,
  checkOptions,
  concat,
  type DType,
  DTypeError,
  fromArray,
  inCall,
  IndexError,
  indexSelect,
  logSumExp,
  oneOf,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  stack,
  type Tensor,
  truthValue,
  where,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { stepsOf } from "./steps-of.ts";

/** Options of `ctcLoss`; names and defaults are PyTorch's. */
export interface CtcLossOptions {
  /** The class that stands for no label. Default 0. */
  readonly blank?: number;
  /** "mean" divides each loss by its target's length, from 1 up, and averages over the batch. Default "mean". */
  readonly reduction?: "none" | "sum" | "mean";
  /** Whether a loss that is infinite, since the input is too short for its target, counts as 0. Default false. */
  readonly zeroInfinity?: boolean;
}

/** The logarithm of what cannot be: a number, so that sums and derivatives of it are numbers too. */
const NEVER = -1e30;

/**
 * The loss of connectionist temporal classification (Graves et al. 2006): −log of the probability that the input spells the target,
 * summed over all ways to stretch it with repeats and blanks. For speech and handwriting, where nobody says which step is which
 * letter. In logarithms; it can be derived from in every order.
 *
 * @param logProbs (time, batch, classes): log-probabilities, as `logSoftmax` gives them
 * @param targets (batch, labels), i32, padded, or the labels of all targets one after the other; none is the blank
 * @param inputLengths (batch), i32 @param targetLengths (batch), i32
 * @returns a scalar, or with the reduction "none" (batch). A target that the input is too short for has the loss ∞, and a
 * gradient of zeros, where PyTorch's is NaN without `zeroInfinity`
 * @throws IndexError on an unknown label or a length beyond what there is, ShapeError, DTypeError
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor<Shape, "i32">,
  inputLengths: Tensor<Shape, "i32">,
  targetLengths: Tensor<Shape, "i32">,
  options: CtcLossOptions = {},
): Tensor {
  assertAxes(NAME, "logProbs", logProbs, { time: undefined, batch: undefined, classes: undefined });
  const [time = 0, batch = 0, classes = 0] = logProbs.shape;
  checkOptions(NAME, options, OPTIONS);
  const { blank = 0, reduction = "mean", zeroInfinity = false } = options;
  if (blank >= classes) throw new IndexError(NAME, { blank, classes }, "the blank must be one of the classes");
  const inputs = lengthsWithin("inputLengths", inputLengths, batch, time);
  const labels = labelsOf(targets, targetLengths, batch, { blank, classes });
  return inCall(NAME, () =>
    scope(() => {
      const total = likelihood(logProbs, inputs, labels, blank);
      const isPossible = total.greater<Shape, []>(NEVER / 2);
      const loss = where(isPossible, zeros([]).sub<[], Shape>(total), zeros([]).add(zeroInfinity ? 0 : Infinity));
      if (reduction === "none") return loss;
      if (reduction === "sum") return loss.sum();
      const lengths = Float32Array.from(labels, (each) => Math.max(1, each.length));
      return loss.div<Shape, Shape>(fromArray<Shape>(lengths, [batch])).mean();
    }),
  );
}

/** log p(target | input) of each item: forward variables over labels with a blank between any two (section 4.1). */
function likelihood(logProbs: Tensor, inputs: Int32Array, labels: readonly Int32Array[], blank: number): Tensor {
  const [time = 0, batch = 0, classes = 0] = logProbs.shape;
  const widest = 2 * labels.reduce((most, { length }) => Math.max(most, length), 0) + 1;
  const extended = (item: number, at: number): number => {
    return at % 2 === 1 ? ((labels[item] as Int32Array)[(at - 1) / 2] ?? blank) : blank;
  };
  const table = (is: (item: number, at: number) => boolean): Tensor<Shape, "bool"> =>
    fromArray<Shape, "bool">(
      Uint8Array.from({ length: batch * widest }, (_, at) => (is(Math.floor(at / widest), at % widest) ? 1 : 0)),
      [batch, widest],
      "bool",
    );
  const never = zeros([]).add(NEVER);
  // A label may follow the one before it without a blank between them, unless it is the same.
  const skips = table((item, at) => at > 1 && at % 2 === 1 && extended(item, at) !== extended(item, at - 2));
  const starts = table((item, at) => at === 0 || (at === 1 && (labels[item] as Int32Array).length > 0));
  const ends = table((item, at) => {
    const last = 2 * (labels[item] as Int32Array).length;
    return at === last || at === last - 1;
  });
  const places = Int32Array.from({ length: batch * widest }, (_, at) => {
    const item = Math.floor(at / widest);
    return item * classes + extended(item, at % widest);
  });
  const index = fromArray<Shape, "i32">(places, [batch * widest], "i32");
  const flat = clean(logProbs, inputs).reshape<Shape, Shape>([time, batch * classes]);
  const emissions = indexSelect<Shape, "f32", number, Shape>(flat, 1, index).reshape<Shape, Shape>([
    time,
    batch,
    widest,
  ]);
  const edge = zeros<Shape>([batch, 2]).add(NEVER);
  // Before the first step it is as if one stood before the first blank.
  let forward = where(starts, zeros([]), never);
  for (const [step, emission] of stepsOf(emissions, 0).entries()) {
    const before = step === 0 ? forward : onwards(forward, edge, skips, never);
    const next = before.add<Shape, Shape>(emission);
    const goesOn = Uint8Array.from(inputs, (length) => (length > step ? 1 : 0));
    const isWhole = goesOn.every((truth) => truth === 1);
    forward = isWhole ? next : where(fromArray<Shape, "bool">(goesOn, [batch, 1], "bool"), next, forward);
  }
  // Without a step only the empty target can be spelt.
  const reached = where(ends, forward, never);
  const whole = logSumExp<Shape, -1>(reached, -1);
  const empties = Uint8Array.from(inputs, (length) => (length === 0 ? 1 : 0));
  if (empties.every((truth) => truth === 0)) return whole;
  const spelt = Float32Array.from(labels, ({ length }) => (length === 0 ? 0 : NEVER));
  return where(fromArray<Shape, "bool">(empties, [batch], "bool"), fromArray<Shape>(spelt, [batch]), whole);
}

/** One step: each label from itself, from the one before it, and from the one before that where it may. */
function onwards(forward: Tensor, edge: Tensor, skips: Tensor<Shape, "bool">, never: Tensor): Tensor {
  const [, widest = 0] = forward.shape;
  const shifted = (by: number): Tensor => {
    const kept = Math.max(0, widest - by);
    return concat<Tensor[], 1>([edge.slice(1, 0, widest - kept), forward.slice(1, 0, kept)], 1);
  };
  const ways = [forward, shifted(1), where(skips, shifted(2), never)];
  return logSumExp<Shape, 0>(stack<Tensor[], 0>(ways, 0), 0);
}

/** Log-probabilities of the items' own steps; zeros in the padding, whatever stands there. */
function clean(logProbs: Tensor, inputs: Int32Array): Tensor {
  const [time = 0, batch = 0] = logProbs.shape;
  if (inputs.every((length) => length === time)) return logProbs;
  const own = Uint8Array.from({ length: time * batch }, (_, at) =>
    Math.floor(at / batch) < (inputs[at % batch] ?? 0) ? 1 : 0,
  );
  return where(fromArray<Shape, "bool">(own, [time, batch, 1], "bool"), logProbs, zeros([]));
}

function lengthsWithin(name: string, lengths: Tensor<Shape, "i32">, batch: number, most: number): Int32Array {
  assertAxes(NAME, name, lengths, { batch }, "i32");
  const values = lengths.data();
  const item = values.findIndex((length) => length < 0 || length > most);
  if (item === -1) return values;
  throw new IndexError(NAME, { [name]: lengths.shape, item, length: values[item] }, `${name} must be in 0…${most}`);
}

/** The labels of each item. */
function labelsOf(
  targets: Tensor<Shape, "i32">,
  targetLengths: Tensor<Shape, "i32">,
  batch: number,
  { blank, classes }: { readonly blank: number; readonly classes: number },
): Int32Array[] {
  assertTensor(NAME, "targets", targets);
  const { shape, dtype }: Tensor<Shape, DType> = targets;
  if (dtype !== "i32") throw new DTypeError(NAME, { targets: shape, dtype }, "targets must be i32");
  const isPadded = shape.length === 2 && shape[0] === batch;
  if (!isPadded && shape.length !== 1) {
    throw new ShapeError(NAME, { targets: shape, batch }, "targets must be (batch, labels), or one axis of all labels");
  }
  const width = shape.at(-1) ?? 0;
  const lengths = lengthsWithin("targetLengths", targetLengths, batch, width);
  const sum = lengths.reduce((total, length) => total + length, 0);
  if (!isPadded && sum !== width) {
    throw new ShapeError(NAME, { targets: shape, targetLengths: sum }, "targetLengths must add up to the labels");
  }
  const values = targets.data();
  let from = 0;
  return Array.from(lengths, (length, item) => {
    const start = isPadded ? item * width : from;
    from += length;
    const own = values.slice(start, start + length);
    const wrong = own.find((label) => label < 0 || label >= classes || label === blank);
    if (wrong === undefined) return own;
    const came = { targets: shape, item, label: wrong, blank };
    throw new IndexError(NAME, came, `labels must be in 0…${classes - 1}, and not the blank`);
  });
}

const NAME = "ctcLoss";
const OPTIONS: OptionChecks<CtcLossOptions> = {
  blank: assertWhole,
  reduction: /* @__PURE__ */ oneOf("none", "sum", "mean"),
  zeroInfinity: truthValue,
};
