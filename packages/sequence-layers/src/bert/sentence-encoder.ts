import { type Argument, Module } from "@unfoldjs/nn";
import { checkOptions, inCall, type Shape, type Tensor, where, wrongArgument, zeros } from "@unfoldjs/tensor-core";
import { lengthsToMask } from "../lengths/lengths-to-mask.ts";
import { BERT_INPUTS, type BertInputs, BertModel } from "./bert-model.ts";

/** Below it a sum of squares counts as none, as in PyTorch's `normalize`: 1e-12². */
const LEAST = 1e-24;

/**
 * A vector of length 1 for each sentence: the mean of its tokens' vectors (Reimers & Gurevych 2019), normalised. Sentences that mean
 * the like have vectors whose product is near 1. With the weights of all-MiniLM-L6-v2 it gives what sentence-transformers does.
 */
export class SentenceEncoder extends Module {
  static override readonly name: string = "SentenceEncoder";
  readonly bert: BertModel;

  /** @param bert which it owns from then on */
  constructor(bert: BertModel) {
    super();
    if (!(bert instanceof BertModel)) throw wrongArgument("SentenceEncoder", "bert", bert, "a BertModel");
    this.bert = bert;
  }

  /**
   * @param tokens (batch, time), i32 @param inputs as of `BertModel`
   * @returns (batch, hiddenSize); zeros for a sentence without a token
   * @throws as `BertModel`
   */
  override forward(tokens: Tensor<Shape, "i32">, inputs: BertInputs = {}): Tensor {
    checkOptions("SentenceEncoder", inputs, BERT_INPUTS);
    return inCall("SentenceEncoder", () => {
      const hidden = this.bert.forward(tokens, inputs);
      const sum = summed(hidden, inputs);
      // The mean's direction is the sum's: what divides it goes out with the length.
      return sum.mul<Shape, Shape>(sum.square().sum(-1, true).clamp(LEAST, Infinity).rsqrt());
    });
  }

  override config(): readonly Argument[] {
    return [this.bert];
  }
}

/** Over the tokens that are there. */
function summed(hidden: Tensor, { lengths, attentionMask }: BertInputs): Tensor {
  const [, time = 0] = hidden.shape;
  const masks: Tensor<Shape, "bool">[] = [
    ...(lengths === undefined ? [] : [lengthsToMask(lengths as Tensor<[number], "i32">, time)]),
    ...(attentionMask === undefined ? [] : [attentionMask]),
  ];
  return masks.reduce((x, mask) => where(mask.unsqueeze(2), x, zeros([])), hidden).sum(1);
}
