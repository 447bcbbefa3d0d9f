import { defaultGenerator, Dropout, LayerNorm, Linear, Module } from "@unfoldjs/nn";
import { gelu, type Generator, scaledDotProductAttention, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import type { KeyMasks } from "../attention/masks.ts";
import type { BertSizes } from "./bert-options.ts";

/** A linear map, a norm of its sum with what went around it. */
interface Added {
  readonly dense: Linear;
  readonly LayerNorm: LayerNorm;
}

/** One layer of BERT, which normalises after it adds. Its fields are called as in Hugging Face's files. */
export class BertLayer extends Module {
  static override readonly name: string = "BertLayer";
  readonly attention: {
    readonly self: { readonly query: Linear; readonly key: Linear; readonly value: Linear };
    readonly output: Added;
  };
  readonly intermediate: { readonly dense: Linear };
  readonly output: Added;
  readonly dropout: Dropout;
  readonly generator: Generator | undefined;
  private readonly sizes: BertSizes;

  constructor(sizes: BertSizes) {
    super();
    const { hiddenSize, intermediateSize, hiddenDropoutProb, hiddenAct, layerNormEps, generator } = sizes;
    const drawn = generator === undefined ? {} : { generator };
    const map = (inputs: number, outputs: number): Linear => new Linear(inputs, outputs, drawn);
    const added = (inputs: number): Added => ({
      dense: map(inputs, hiddenSize),
      LayerNorm: new LayerNorm(hiddenSize, { epsilon: layerNormEps }),
    });
    const same = (): Linear => map(hiddenSize, hiddenSize);
    this.attention = { self: { query: same(), key: same(), value: same() }, output: added(hiddenSize) };
    const activation = hiddenAct === "gelu_new" ? {} : { activation: hiddenAct };
    this.intermediate = { dense: new Linear(hiddenSize, intermediateSize, { ...activation, ...drawn }) };
    this.output = added(intermediateSize);
    this.dropout = new Dropout(hiddenDropoutProb, drawn);
    this.generator = generator;
    this.sizes = sizes;
  }

  /** @param x (batch, time, hiddenSize) @param masks of the steps that take part, checked @returns the same shape */
  override forward(x: Tensor, masks: KeyMasks): Tensor {
    const seen = this.added(this.attention.output, this.attend(x, masks), x);
    const hidden = this.intermediate.dense.forward(seen);
    // GELU by tanh is none of those that a linear map applies itself.
    const activated = this.sizes.hiddenAct === "gelu_new" ? gelu(hidden, "tanh") : hidden;
    return this.added(this.output, activated, seen);
  }

  private attend(x: Tensor, { keyLengths, keyMask }: KeyMasks): Tensor {
    const { numAttentionHeads: heads, hiddenSize, attentionProbsDropoutProb } = this.sizes;
    const [batch = 0, time = 0] = x.shape;
    const byHead = (map: Linear): Tensor =>
      map
        .forward(x)
        .reshape<Shape, Shape>([batch, time, heads, hiddenSize / heads])
        .permute(0, 2, 1, 3);
    const { query, key, value } = this.attention.self;
    const isLeaving = this.training && attentionProbsDropoutProb > 0;
    const context = scaledDotProductAttention(byHead(query), byHead(key), byHead(value), {
      attnMask: keyMask?.reshape<Shape, Shape>([batch, 1, 1, time]),
      keyLengths,
      ...(isLeaving ? { dropoutP: attentionProbsDropoutProb, generator: this.generator ?? defaultGenerator() } : {}),
    });
    return context.permute(0, 2, 1, 3).flatten(2, 3);
  }

  private added({ dense, LayerNorm: norm }: Added, x: Tensor, around: Tensor): Tensor {
    return norm.forward(this.dropout.forward(dense.forward(x)).add<Shape, Shape>(around));
  }
}
