import { assertGenerator, type Generator, oneOf, fromZero, type OptionChecks, truthValue } from "@unfoldjs/tensor-core";
import { assertCount, assertDropout } from "../arguments/sizes.ts";
import { type MultiheadAttentionOptions, OPTION_CHECKS as MULTIHEAD_CHECKS } from "../attention/multihead-options.ts";

/** How a layer of a transformer is built; names and defaults are PyTorch's. */
export interface TransformerLayerOptions {
  /** Hidden units of the feed-forward part. Default 2048. */
  readonly dimFeedforward?: number;
  /** Of weights of attention, of hidden units and of what is added. Default 0.1. */
  readonly dropout?: number;
  /** Default "relu". */
  readonly activation?: "relu" | "gelu";
  /** Default 1e-5. */
  readonly layerNormEps?: number;
  /** Whether the batch comes first, (batch, time, features), or time does. Default false. */
  readonly batchFirst?: boolean;
  /** Whether each part is normalised before it runs (Xiong et al. 2020), or its sum after. Default false. */
  readonly normFirst?: boolean;
  /** Whether linear maps and norms have one. Default true. */
  readonly bias?: boolean;
  /** Of attention to the sequence itself: see `MultiheadAttention`. Default false. */
  readonly rotary?: MultiheadAttentionOptions["rotary"];
  /** Of attention to the sequence itself: see `MultiheadAttention`. Default false. */
  readonly alibi?: boolean;
  /** Of the first values and of what dropout leaves out. */
  readonly generator?: Generator;
}

export const LAYER_OPTIONS: OptionChecks<TransformerLayerOptions> = {
  dimFeedforward: assertCount,
  dropout: assertDropout,
  activation: /* @__PURE__ */ oneOf("relu", "gelu"),
  layerNormEps: fromZero,
  batchFirst: truthValue,
  normFirst: truthValue,
  bias: truthValue,
  rotary: MULTIHEAD_CHECKS.rotary,
  alibi: truthValue,
  generator: assertGenerator,
};
