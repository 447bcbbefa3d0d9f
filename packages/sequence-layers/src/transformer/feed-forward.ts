import { Dropout, LayerNorm, Linear } from "@unfoldjs/nn";
import { inCall, type Tensor } from "@unfoldjs/tensor-core";
import { assertWeights } from "../arguments/sizes.ts";
import { MultiheadAttention } from "../attention/multihead-attention.ts";
import { assertTurnable } from "../attention/multihead-positions.ts";
import type { TransformerLayerOptions } from "./layer-options.ts";

/** What the layers of encoders and decoders are made of. */
export interface Parts {
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly dropout: Dropout;
  /** Attention of a sequence to itself. */
  readonly own: () => MultiheadAttention;
  /** Attention to another sequence, which knows no distances. */
  readonly other: () => MultiheadAttention;
  readonly norm: () => LayerNorm;
  readonly left: () => Dropout;
}

/** @throws ValueError, ShapeError on sizes that do not go together, before anything is made */
export function partsOf(op: string, dModel: number, nhead: number, options: TransformerLayerOptions): Parts {
  const {
    dimFeedforward = 2048,
    dropout = 0.1,
    layerNormEps,
    batchFirst = false,
    bias = true,
    activation = "relu",
    generator,
    rotary,
    alibi,
  } = options;
  const drawn = generator === undefined ? {} : { generator };
  const epsilon = layerNormEps === undefined ? {} : { epsilon: layerNormEps };
  assertTurnable(op, { dModel, nhead }, rotary);
  assertWeights(op, [dimFeedforward, dModel], [3 * dModel, dModel]);
  const other = { dropout, bias, batchFirst, ...drawn };
  const placed = { ...(rotary === undefined ? {} : { rotary }), ...(alibi === undefined ? {} : { alibi }) };
  const left = (): Dropout => new Dropout(dropout, drawn);
  return {
    linear1: inCall(op, () => new Linear(dModel, dimFeedforward, { bias, activation, ...drawn })),
    linear2: inCall(op, () => new Linear(dimFeedforward, dModel, { bias, ...drawn })),
    dropout: left(),
    own: () => inCall(op, () => new MultiheadAttention(dModel, nhead, { ...other, ...placed })),
    other: () => inCall(op, () => new MultiheadAttention(dModel, nhead, other)),
    norm: () => inCall(op, () => new LayerNorm(dModel, { bias, ...epsilon })),
    left,
  };
}

/** linear2(dropout(activation(linear1(x)))), of which linear1 does the activation too. */
export function feedForward(
  x: Tensor,
  { linear1, linear2, dropout }: Pick<Parts, "linear1" | "linear2" | "dropout">,
): Tensor {
  return linear2.forward(dropout.forward(linear1.forward(x)));
}
