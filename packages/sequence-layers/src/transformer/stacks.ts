import { type Argument, LayerNorm, Module } from "@unfoldjs/nn";
import { assertWhole, inCall, sizeOf, type Tensor, wrongArgument } from "@unfoldjs/tensor-core";
import { type DecoderMasks, TransformerDecoderLayer } from "./decoder-layer.ts";
import { type EncoderMasks, TransformerEncoderLayer } from "./encoder-layer.ts";

/**
 * Layers of an encoder one after the other, as PyTorch's. The first is the one that is given; the others are like it, with first
 * values of their own, where PyTorch's begin as copies.
 */
export class TransformerEncoder extends Module {
  static override readonly name: string = "TransformerEncoder";
  readonly layers: readonly TransformerEncoderLayer[];
  readonly norm: LayerNorm | undefined;

  /** @param encoderLayer which it owns from then on @param numLayers from 1 up @param norm of what comes out, if any */
  constructor(encoderLayer: TransformerEncoderLayer, numLayers: number, norm?: LayerNorm) {
    super();
    if (!(encoderLayer instanceof TransformerEncoderLayer)) {
      throw wrongArgument("TransformerEncoder", "encoderLayer", encoderLayer, "a TransformerEncoderLayer");
    }
    assertStack("TransformerEncoder", numLayers, norm);
    this.layers = Array.from({ length: numLayers }, (_, at) => (at === 0 ? encoderLayer : encoderLayer.another()));
    this.norm = norm;
  }

  /** @param src and masks as of `TransformerEncoderLayer` @returns the same shape */
  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    const output = this.layers.reduce((x, layer) => layer.forward(x, masks), src);
    return this.norm?.forward(output) ?? output;
  }

  override config(): readonly Argument[] {
    return configOf(this.layers, this.norm);
  }
}

/** Layers of a decoder one after the other, as PyTorch's; see `TransformerEncoder`. */
export class TransformerDecoder extends Module {
  static override readonly name: string = "TransformerDecoder";
  readonly layers: readonly TransformerDecoderLayer[];
  readonly norm: LayerNorm | undefined;

  /** @param decoderLayer which it owns from then on @param numLayers from 1 up @param norm of what comes out, if any */
  constructor(decoderLayer: TransformerDecoderLayer, numLayers: number, norm?: LayerNorm) {
    super();
    if (!(decoderLayer instanceof TransformerDecoderLayer)) {
      throw wrongArgument("TransformerDecoder", "decoderLayer", decoderLayer, "a TransformerDecoderLayer");
    }
    assertStack("TransformerDecoder", numLayers, norm);
    this.layers = Array.from({ length: numLayers }, (_, at) => (at === 0 ? decoderLayer : decoderLayer.another()));
    this.norm = norm;
  }

  /** @param tgt and memory and masks as of `TransformerDecoderLayer` @returns the target's shape */
  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const output = this.layers.reduce((x, layer) => layer.forward(x, memory, masks), tgt);
    return this.norm?.forward(output) ?? output;
  }

  override config(): readonly Argument[] {
    return configOf(this.layers, this.norm);
  }
}

function assertStack(op: string, numLayers: number, norm: unknown): void {
  assertWhole(op, "numLayers", numLayers, 1);
  inCall(op, () => sizeOf([numLayers]));
  if (norm !== undefined && !(norm instanceof LayerNorm)) throw wrongArgument(op, "norm", norm, "a LayerNorm");
}

function configOf(layers: readonly Module[], norm: LayerNorm | undefined): readonly Argument[] {
  const [first, ...rest] = layers;
  return [first, 1 + rest.length, ...(norm === undefined ? [] : [norm])];
}
