import { type Argument, type Dropout, givenOptions, type LayerNorm, type Linear, Module } from "@unfoldjs/nn";
import {
  assertTensor,
  checkOptions,
  inCall,
  type OptionChecks,
  scope,
  ShapeError,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { assertMemoryByHead, type KeyValues } from "../attention/key-values.ts";
import type { AttentionStep, MultiheadAttention } from "../attention/multihead-attention.ts";
import { assertCallMasks, type MaskNames } from "../attention/multihead-masks.ts";
import type { MultiheadAttentionCall } from "../attention/multihead-options.ts";
import { feedForward, partsOf } from "./feed-forward.ts";
import { LAYER_OPTIONS, type TransformerLayerOptions } from "./layer-options.ts";
import { assertHeads, assertSequence, sequenceSizes } from "./sequences.ts";
import { throughSublayers } from "./sublayers.ts";

/** Which positions a decoder sees; names are PyTorch's, and so is what true means in its masks: it does **not** take part. */
export interface DecoderMasks {
  /** (time, time) or (batch · heads, time, time), bool or f32: see `MultiheadAttention`. */
  readonly tgtMask?: MultiheadAttentionCall["attnMask"];
  /** (time, source) or (batch · heads, time, source), bool or f32. */
  readonly memoryMask?: MultiheadAttentionCall["attnMask"];
  /** (batch, time), bool or f32. */
  readonly tgtKeyPaddingMask?: MultiheadAttentionCall["keyPaddingMask"];
  /** (batch, source), bool or f32. */
  readonly memoryKeyPaddingMask?: MultiheadAttentionCall["keyPaddingMask"];
  /** (batch), i32: steps of the target from there on do not take part. */
  readonly tgtLengths?: MultiheadAttentionCall["keyLengths"];
  /** (batch), i32: steps of the source from there on do not take part. */
  readonly memoryLengths?: MultiheadAttentionCall["keyLengths"];
  /** Each position of the target sees those up to itself alone. Default false, as PyTorch's. */
  readonly tgtIsCausal?: boolean;
}

const DECODER_MASKS: OptionChecks<DecoderMasks> = {
  tgtMask: assertTensor,
  memoryMask: assertTensor,
  tgtKeyPaddingMask: assertTensor,
  memoryKeyPaddingMask: assertTensor,
  tgtLengths: assertTensor,
  memoryLengths: assertTensor,
  tgtIsCausal: truthValue,
};

/** Which positions of the source a step sees. */
export type MemoryMasks = Pick<MultiheadAttentionCall, "keyPaddingMask" | "keyLengths">;

/**
 * A layer of a transformer's decoder (Vaswani et al. 2017, section 3.1) with PyTorch's names, weights and defaults: attention to the
 * target itself, attention to the encoder's memory, and the feed-forward part; each is added and normalised, with `normFirst`
 * normalised and added.
 */
export class TransformerDecoderLayer extends Module {
  static override readonly name: string = "TransformerDecoderLayer";
  readonly dModel: number;
  readonly nhead: number;
  readonly selfAttn: MultiheadAttention;
  readonly multiheadAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly dropout: Dropout;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly dropout3: Dropout;
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
    this.multiheadAttn = parts.other();
    ({ linear1: this.linear1, linear2: this.linear2, dropout: this.dropout } = parts);
    [this.norm1, this.norm2, this.norm3] = [parts.norm(), parts.norm(), parts.norm()];
    [this.dropout1, this.dropout2, this.dropout3] = [parts.left(), parts.left(), parts.left()];
  }

  /**
   * @param tgt (time, batch, dModel), or (batch, time, dModel) with `batchFirst`; the batch's axis may be missing
   * @param memory (source, batch, dModel) or (batch, source, dModel), what the encoder gave
   * @returns the target's shape
   * @throws ShapeError, IndexError, DTypeError if sizes differ or masks are none, as `MultiheadAttention`
   */
  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    assertSequence(NAME, "tgt", tgt, this.dModel, this.isBatchFirst);
    assertSequence(NAME, "memory", memory, this.dModel, this.isBatchFirst, tgt.rank);
    checkOptions(NAME, masks, DECODER_MASKS);
    const own = {
      attnMask: masks.tgtMask,
      keyPaddingMask: masks.tgtKeyPaddingMask,
      keyLengths: masks.tgtLengths,
      isCausal: masks.tgtIsCausal ?? false,
    };
    const { memoryMask: attnMask, memoryKeyPaddingMask: keyPaddingMask, memoryLengths: keyLengths } = masks;
    const other = { attnMask, keyPaddingMask, keyLengths };
    const [{ batch, time, hasBatch }, source] = [tgt, memory].map((x) => sequenceSizes(x, this.isBatchFirst)) as [
      Sized,
      Sized,
    ];
    if (source.batch !== batch) {
      throw new ShapeError(NAME, { tgt: tgt.shape, memory: memory.shape }, "tgt and memory must have one batch size");
    }
    const heads = this.nhead;
    assertCallMasks(NAME, TARGET_NAMES, own, { batch, heads, queries: time, keys: time }, hasBatch);
    assertCallMasks(NAME, MEMORY_NAMES, other, { batch, heads, queries: time, keys: source.time }, hasBatch);
    return inCall(NAME, () =>
      this.around(
        tgt,
        (x) => this.selfAttn.forward(x, x, x, own),
        (x) => this.multiheadAttn.forward(x, memory, memory, other),
      ),
    );
  }

  /** Keys and values of the encoder's memory, for `step`: made once for a sentence. */
  remember(memory: Tensor): KeyValues {
    assertSequence(NAME, "memory", memory, this.dModel, this.isBatchFirst, 3);
    return inCall(NAME, () => this.multiheadAttn.remember(memory));
  }

  /**
   * The next positions of the target, of which each sees all before it and itself.
   * @param x (time, batch, dModel) or (batch, time, dModel) @param source of `remember`
   * @param memory what the step before gave; none before the first
   */
  step(x: Tensor, source: KeyValues, memory?: KeyValues, masks: MemoryMasks = {}): AttentionStep {
    assertSequence(NAME, "x", x, this.dModel, this.isBatchFirst, 3);
    assertMemoryByHead(NAME, "source", source, { heads: this.nhead, headSize: this.dModel / this.nhead });
    return inCall(NAME, () =>
      scope(() => {
        let next: KeyValues | undefined;
        const output = this.around(
          x,
          (inner) => {
            const step = this.selfAttn.step(inner, memory);
            next = step.memory;
            return step.output;
          },
          (inner) => this.multiheadAttn.attend(inner, source, masks),
        );
        return { output, memory: next as KeyValues };
      }),
    );
  }

  /** Another one of its kind, with first values of its own. */
  another(): TransformerDecoderLayer {
    return new TransformerDecoderLayer(this.dModel, this.nhead, this.options);
  }

  override config(): readonly Argument[] {
    return [this.dModel, this.nhead, ...givenOptions(this.options)];
  }

  private get isBatchFirst(): boolean {
    return this.options.batchFirst ?? false;
  }

  private around(x: Tensor, toItself: (x: Tensor) => Tensor, toMemory: (x: Tensor) => Tensor): Tensor {
    return throughSublayers(x, this.options.normFirst ?? false, [
      [this.norm1, this.dropout1, toItself],
      [this.norm2, this.dropout2, toMemory],
      [this.norm3, this.dropout3, (each) => feedForward(each, this)],
    ]);
  }
}

const NAME = "TransformerDecoderLayer";
const TARGET_NAMES: MaskNames = { keyPaddingMask: "tgtKeyPaddingMask", attnMask: "tgtMask", keyLengths: "tgtLengths" };
const MEMORY_NAMES: MaskNames = {
  keyPaddingMask: "memoryKeyPaddingMask",
  attnMask: "memoryMask",
  keyLengths: "memoryLengths",
};
type Sized = ReturnType<typeof sequenceSizes>;
