import type { Generator, Tensor } from "@unfoldjs/tensor-core";
import { GRU } from "../recurrent/gru.ts";
import { LSTM } from "../recurrent/lstm.ts";
import type { RecurrentOptions } from "../recurrent/options.ts";

/** Which recurrent layer encoders and decoders are made of. */
export type CellKind = "gru" | "lstm";

/** What goes on from step to step: (layers, batch, hidden), and the cells of an LSTM. */
export interface RecurrentState {
  readonly h: Tensor;
  readonly c?: Tensor | undefined;
}

/** What encoders and decoders can be told of their recurrent layers. */
export interface RecurrentPartOptions {
  /** Features of an embedded token; hiddenSize unless given. */
  readonly embeddingSize?: number | undefined;
  /** Default "lstm". */
  readonly cell?: CellKind | undefined;
  /** Default 1. */
  readonly numLayers?: number | undefined;
  /** Of embedded tokens, between layers, and of what the output layer reads. Default 0. */
  readonly dropout?: number | undefined;
  /** Of the first values, dropout and scheduled sampling. */
  readonly generator?: Generator | undefined;
}

/** The recurrent layers of an encoder or a decoder. */
export function recurrentPart(
  inputSize: number,
  hiddenSize: number,
  { cell = "lstm", numLayers = 1, dropout = 0, generator }: RecurrentPartOptions,
  options: RecurrentOptions = {},
): GRU | LSTM {
  const all = { ...options, numLayers, dropout, ...(generator === undefined ? {} : { generator }) };
  return cell === "gru" ? new GRU(inputSize, hiddenSize, all) : new LSTM(inputSize, hiddenSize, all);
}

/** One step of either. */
export function stepOf(
  rnn: GRU | LSTM,
  x: Tensor,
  { h, c }: RecurrentState,
): RecurrentState & { readonly output: Tensor } {
  return rnn instanceof LSTM ? rnn.step(x, { h, c: c as Tensor }) : rnn.step(x, { h });
}

/** The state of the topmost layer, (batch, hidden): s⟨t−1⟩. */
export function topOf({ h }: RecurrentState): Tensor {
  const layers = h.shape[0] ?? 1;
  return (layers === 1 ? h : h.slice(0, layers - 1)).squeeze(0);
}
