import { type Argument, type Dropout, givenOptions, type LayerNorm, type Linear, Module } from "@unfoldjs/nn";
import {
  assertTensor,
  checkOptions,
  inCall,
  type OptionChecks,
  scope,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import type { KeyValues } from "../attention/key-values.ts";
import type { AttentionStep, MultiheadAttention } from "../attention/multihead-attention.ts";
import { assertCallMasks, type MaskNames } from "../attention/multihead-masks.ts";
import type { MultiheadAttentionCall } from "../attention/multihead-options.ts";
import { feedForward, partsOf } from "./feed-forward.ts";
import { LAYER_OPTIONS, type TransformerLayerOptions } from "./layer-options.ts";
import { assertHeads, assertSequence, sequenceSizes } from "./sequences.ts";
import { throughSublayers } from "./sublayers.ts";

/** Which positions an encoder sees; names are PyTorch's, and so is what true means in its masks: it does **not** take part. */
export interface EncoderMasks {
  /** (time, time) or (batch · heads, time, time), bool or f32: see `MultiheadAttention`. */
  readonly srcMask?: MultiheadAttentionCall["attnMask"];
  /** (batch, time), bool or f32. */
  readonly srcKeyPaddingMask?: MultiheadAttentionCall["keyPaddingMask"];
  /** (batch), i32: steps from there on do not take part. */
  readonly srcLengths?: MultiheadAttentionCall["keyLengths"];
  /** Each position sees those up to itself alone. Default false. */
  readonly isCausal?: boolean;
}

const ENCODER_MASKS: OptionChecks<EncoderMasks> = {
  srcMask: assertTensor,
  srcKeyPaddingMask: assertTensor,
  srcLengths: assertTensor,
  isCausal: truthValue,
};

/**
 * A layer of a transformer's encoder (Vaswani et al. 2017, section 3.1) with PyTorch's names, weights and defaults:
 * y = norm1(x + attention(x)), norm2(y + feedForward(y)); with `normFirst` y = x + attention(norm1(x)), y + feedForward(norm2(y)).
 *
 * With `isCausal` it is a layer of a decoder without an encoder, as GPT's; `step` then goes on position by position.
 */
export class TransformerEncoderLayer extends Module {
  static override readonly name: string = "TransformerEncoderLayer";
  readonly dModel: number;
  readonly nhead: number;
  readonly selfAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout: Dropout;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  private readonly options: TransformerLayerOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up, the heads divide `dModel`, and options make sense */
  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    assertHeads(NAME, dModel, nhead);
    checkOptions(NAME, options, LAYER_OPTIONS);
    const parts = partsOf(NAME, dModel, nhead, options);
    this.dModel = dModel;
    this.nhead = nhead;
    this.options = options;
    this.selfAttn = parts.own();
    ({ linear1: this.linear1, linear2: this.linear2, dropout: this.dropout } = parts);
    this.norm1 = parts.norm();
    this.norm2 = parts.norm();
    this.dropout1 = parts.left();
    this.dropout2 = parts.left();
  }

  /**
   * @param src (time, batch, dModel), or (batch, time, dModel) with `batchFirst`; the batch's axis may be missing
   * @returns the same shape
   * @throws ShapeError, IndexError, DTypeError if sizes differ or masks are none, as `MultiheadAttention`
   */
  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    this.assertFit(src);
    checkOptions(NAME, masks, ENCODER_MASKS);
    const { srcMask: attnMask, srcKeyPaddingMask: keyPaddingMask, srcLengths: keyLengths, isCausal = false } = masks;
    const call = { attnMask, keyPaddingMask, keyLengths, isCausal };
    const { batch, time, hasBatch } = sequenceSizes(src, this.options.batchFirst ?? false);
    assertCallMasks(NAME, MASK_NAMES, call, { batch, heads: this.nhead, queries: time, keys: time }, hasBatch);
    return inCall(NAME, () => this.around(src, (x) => this.selfAttn.forward(x, x, x, call)));
  }

  /**
   * The next positions of a causal layer, of which each sees all before it and itself.
   * @param x (time, batch, dModel) or (batch, time, dModel) @param memory what the step before gave; none before the first
   */
  step(x: Tensor, memory?: KeyValues): AttentionStep {
    this.assertFit(x, 3);
    return inCall(NAME, () =>
      scope(() => {
        let next: KeyValues | undefined;
        const output = this.around(x, (inner) => {
          const step = this.selfAttn.step(inner, memory);
          next = step.memory;
          return step.output;
        });
        return { output, memory: next as KeyValues };
      }),
    );
  }

  /** Another one of its kind, with first values of its own. */
  another(): TransformerEncoderLayer {
    return new TransformerEncoderLayer(this.dModel, this.nhead, this.options);
  }

  override config(): readonly Argument[] {
    return [this.dModel, this.nhead, ...givenOptions(this.options)];
  }

  private around(x: Tensor, attend: (x: Tensor) => Tensor): Tensor {
    return throughSublayers(x, this.options.normFirst ?? false, [
      [this.norm1, this.dropout1, attend],
      [this.norm2, this.dropout2, (each) => feedForward(each, this)],
    ]);
  }

  private assertFit(x: Tensor, rank?: number): void {
    assertSequence(NAME, rank === undefined ? "src" : "x", x, this.dModel, this.options.batchFirst ?? false, rank);
  }
}

const NAME = "TransformerEncoderLayer";
const MASK_NAMES: MaskNames = { keyPaddingMask: "srcKeyPaddingMask", attnMask: "srcMask", keyLengths: "srcLengths" };
