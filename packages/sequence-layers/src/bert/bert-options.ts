import { assertGenerator, fromZero, type Generator, oneOf, type OptionChecks } from "@unfoldjs/tensor-core";
import { assertCount, assertDropout } from "../arguments/sizes.ts";

/** How a BERT is built; defaults are those of `bert-base-uncased`, as in transformers' `BertConfig`. */
export interface BertOptions {
  /** Tokens that it knows. Default 30522. */
  readonly vocabSize?: number;
  /** Features of each position. Default 768. */
  readonly hiddenSize?: number;
  /** Default 12. */
  readonly numHiddenLayers?: number;
  /** Default 12. */
  readonly numAttentionHeads?: number;
  /** Hidden units of the feed-forward parts. Default 3072. */
  readonly intermediateSize?: number;
  /** "gelu_new" is GELU by tanh. Default "gelu". */
  readonly hiddenAct?: "gelu" | "gelu_new" | "relu";
  /** Default 0.1. */
  readonly hiddenDropoutProb?: number;
  /** Default 0.1. */
  readonly attentionProbsDropoutProb?: number;
  /** Positions that it knows. Default 512. */
  readonly maxPositionEmbeddings?: number;
  /** Kinds of tokens: of the first and of the second sentence of a pair. Default 2. */
  readonly typeVocabSize?: number;
  /** Default 1e-12. */
  readonly layerNormEps?: number;
  /** Of the first values and of what dropout leaves out. */
  readonly generator?: Generator;
}

export const BERT_OPTIONS: OptionChecks<BertOptions> = {
  vocabSize: assertCount,
  hiddenSize: assertCount,
  numHiddenLayers: assertCount,
  numAttentionHeads: assertCount,
  intermediateSize: assertCount,
  hiddenAct: /* @__PURE__ */ oneOf("gelu", "gelu_new", "relu"),
  hiddenDropoutProb: assertDropout,
  attentionProbsDropoutProb: assertDropout,
  maxPositionEmbeddings: assertCount,
  typeVocabSize: assertCount,
  layerNormEps: fromZero,
  generator: assertGenerator,
};

/** All options, those that were not given by their defaults. */
export type BertSizes = Required<Omit<BertOptions, "generator">> & Pick<BertOptions, "generator">;

export function bertSizes(options: BertOptions): BertSizes {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as BertOptions;
  return {
    vocabSize: 30_522,
    hiddenSize: 768,
    numHiddenLayers: 12,
    numAttentionHeads: 12,
    intermediateSize: 3072,
    hiddenAct: "gelu",
    hiddenDropoutProb: 0.1,
    attentionProbsDropoutProb: 0.1,
    maxPositionEmbeddings: 512,
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    ...given,
  };
}
