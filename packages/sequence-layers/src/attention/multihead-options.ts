import {
  assertBoolean,
  assertGenerator,
  assertTensor,
  assertRecord,
  checkOptions,
  type Generator,
  inCall,
  type OptionChecks,
  type Shape,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { assertCount, assertDropout } from "../arguments/sizes.ts";
import { assertBase } from "../positions/rotary.ts";

/** How `MultiheadAttention` is built; names and defaults are PyTorch's. */
export interface MultiheadAttentionOptions {
  /** The probability of a weight to be left out while learning. Default 0. */
  readonly dropout?: number;
  /** Whether projections have one. Default true. */
  readonly bias?: boolean;
  /** Features of keys. Default `embedDim`. */
  readonly kdim?: number;
  /** Features of values. Default `embedDim`. */
  readonly vdim?: number;
  /** Whether the batch comes first, (batch, time, features), or time does. Default false. */
  readonly batchFirst?: boolean;
  /**
   * Whether queries and keys are turned by their positions (see `rotary`, which says what the options are), so that weights depend
   * on distances. Then `embedDim / numHeads` is even. Default false; PyTorch's layer has no such option.
   */
  readonly rotary?: boolean | { readonly base?: number; readonly interleaved?: boolean };
  /** Whether scores fall with the distance (see `alibi`). Default false; PyTorch's layer has no such option. */
  readonly alibi?: boolean;
  /** Of the first values and of what dropout leaves out. */
  readonly generator?: Generator;
}

/** Which keys take part, and what is given; names are PyTorch's, and so is what true means in its masks. */
export interface MultiheadAttentionCall {
  /** (batch, keys): bool, of which **true does not take part**, as in PyTorch; or f32, which is added to scores. */
  readonly keyPaddingMask?: Tensor<Shape, "bool"> | Tensor | undefined;
  /** (batch), i32: keys from there on do not take part, whatever they hold. */
  readonly keyLengths?: Tensor<Shape, "i32"> | undefined;
  /**
   * (queries, keys) or (batch · heads, queries, keys): bool, of which **true does not take part**, as in PyTorch; or f32, which is
   * added to scores.
   */
  readonly attnMask?: Tensor<Shape, "bool"> | Tensor | undefined;
  /** Query i attends to the keys up to i alone; needs no mask beside it. Default false. */
  readonly isCausal?: boolean;
  /** Gives the weights too. Default false: PyTorch's is true. */
  readonly needWeights?: boolean;
  /** Whether weights are the mean over the heads, (batch, queries, keys), or each head's. Default true. */
  readonly averageAttnWeights?: boolean;
}

export const OPTION_CHECKS: OptionChecks<MultiheadAttentionOptions> = {
  dropout: assertDropout,
  bias: truthValue,
  kdim: assertCount,
  vdim: assertCount,
  batchFirst: assertBoolean,
  rotary: (op, name, value) => {
    if (typeof value === "boolean") return;
    assertRecord(op, name, value, "true, false or { base, interleaved }");
    inCall(op, () => checkOptions(op, value, { base: assertBase, interleaved: truthValue }));
  },
  alibi: truthValue,
  generator: assertGenerator,
};

export const CALL_CHECKS: OptionChecks<MultiheadAttentionCall> = {
  keyPaddingMask: assertTensor,
  keyLengths: assertTensor,
  attnMask: assertTensor,
  isCausal: truthValue,
  needWeights: truthValue,
  averageAttnWeights: truthValue,
};
