import type { FewShotOptions } from "@unfoldjs/nn";
import {
  assertFunction,
  assertGenerator,
  assertPlain,
  assertWhole,
  type Check,
  checkOptions,
  fromZero,
  type Generator,
  type OptionChecks,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { assertCount } from "../arguments/sizes.ts";

/** Makes tokens of a text as the model's own tokenizer does, its first and last token among them; not async: an array, or the Int32Array
 * that tokenizers of @unfoldjs/embeddings/text give. */
export type Tokenise = (text: string) => readonly number[] | Int32Array;

/** What `encodeTexts` takes. */
export interface EncodeTextsOptions {
  /** Texts that go through the encoder at once. Default 32. */
  readonly batchSize?: number;
  /** Called after each batch. */
  readonly onProgress?: (progress: { readonly texts: number; readonly of: number }) => void;
  /** Ends it with its reason. */
  readonly signal?: AbortSignal;
}

/** How far the tuning of an encoder has come. */
export interface TuningProgress {
  readonly step: number;
  readonly steps: number;
  /** Of the last step: mean squared error of the pairs' cosines. */
  readonly loss: number;
  /** Estimated. */
  readonly secondsLeft: number;
}

/** What `setFit` takes; defaults are those of the package setfit, but for `iterations`. */
export interface SetFitOptions {
  /**
   * R of the paper: so many pairs of one class, and as many of two, for each text. Default 20, as there; with 0 the encoder stays as
   * it is, and only the head learns.
   */
  readonly iterations?: number;
  /** The highest learning rate of AdamW. Default 2e-5. */
  readonly learningRate?: number;
  /** Pairs of a step. Default 16. */
  readonly batchSize?: number;
  /** The share of steps in which the learning rate rises; behind them it falls to 0, both along straight lines. Default 0.1. */
  readonly warmUp?: number;
  /** Of AdamW, for all but biases and layer norms. Default 0.01. */
  readonly weightDecay?: number;
  /** Gradients longer than this are shortened. Default 1. */
  readonly clipNorm?: number;
  /** Of pairs, their order and dropout. Default one that starts at 0. */
  readonly generator?: Generator;
  /**
   * How the head is learned, as of `fewShotHead`. Default as scikit-learn's `LogisticRegression()`: a penalty of 1 / examples, features
   * as they are, and a softmax as it comes of it.
   */
  readonly head?: FewShotOptions;
  /** Called after each step. */
  readonly onProgress?: (progress: TuningProgress) => void;
  /** Ends it between two steps with its reason; the encoder is then as it was. */
  readonly signal?: AbortSignal;
}

const aSignal: Check = (op, name, value) => {
  if (value instanceof AbortSignal) return;
  throw wrongArgument(op, name, value, "an AbortSignal", "new AbortController().signal");
};

const aShare: Check = (op, name, value) => {
  if (typeof value === "number" && value >= 0 && value < 1) return;
  throw wrongArgument(op, name, value, "a share of all steps, from 0 up to, not including, 1");
};

const ENCODE_OPTIONS: OptionChecks<EncodeTextsOptions> = {
  batchSize: assertCount,
  onProgress: assertFunction,
  signal: aSignal,
};

const OPTIONS: OptionChecks<SetFitOptions> = {
  iterations: assertWhole,
  learningRate: fromZero,
  batchSize: assertCount,
  warmUp: aShare,
  weightDecay: fromZero,
  clipNorm: fromZero,
  generator: assertGenerator,
  head: (op, name, value) => assertPlain(op, name, value, "options of fewShotHead"),
  onProgress: assertFunction,
  signal: aSignal,
};

export function assertEncodeOptions(op: string, options: EncodeTextsOptions): void {
  checkOptions(op, options, ENCODE_OPTIONS);
}

export function assertSetFitOptions(op: string, options: SetFitOptions): void {
  checkOptions(op, options, OPTIONS);
}
