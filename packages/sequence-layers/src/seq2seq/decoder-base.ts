import { Dropout, Embedding, Linear, Module } from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  inCall,
  type OptionChecks,
  type Shape,
  type Tensor,
  ValueError,
  zeros,
  truthValue,
} from "@unfoldjs/tensor-core";
import { LSTM } from "../recurrent/lstm.ts";
import type { GRU } from "../recurrent/gru.ts";
import { orDispose } from "../recurrent/or-dispose.ts";
import { aShare } from "../recurrent/options.ts";
import { PART_OPTIONS, type StateSizes } from "./checks.ts";
import { recurrentPart, type RecurrentPartOptions, type RecurrentState } from "./recurrent-part.ts";
import {
  type StepResult,
  type StepState,
  type Unrolled,
  unrollForced,
  type UnrolledResult,
  unrollSampled,
} from "./unroll.ts";

export interface DecoderOptions extends RecurrentPartOptions {
  /**
   * Whether the output layer's matrix is the table of the embedding (Press & Wolf 2017), which needs an embeddingSize of
   * hiddenSize. Default false.
   */
  readonly tiedEmbeddings?: boolean | undefined;
}

/** How a decoder is taught. */
export interface TeachingOptions {
  /**
   * The probability that the word before a step is the right one; else it is the model's own guess (scheduled sampling, Bengio et
   * al. 2015). Default 1: teacher forcing.
   */
  readonly teacherForcing?: number | undefined;
}

export const DECODER_OPTIONS: OptionChecks<DecoderOptions> = { ...PART_OPTIONS, tiedEmbeddings: truthValue };
export const TEACHING_OPTIONS: OptionChecks<TeachingOptions> = { teacherForcing: aShare };

/** What decoders have in common: an embedding of the word before, recurrent layers, and an output layer. */
export abstract class DecoderBase extends Module {
  readonly vocabulary: number;
  readonly hiddenSize: number;
  readonly embedding: Embedding;
  readonly rnn: GRU | LSTM;
  readonly head: Linear;
  readonly dropout: Dropout;
  protected readonly options: DecoderOptions;

  /** @param extra features that a step reads beside the embedded word */
  constructor(layer: string, vocabulary: number, hiddenSize: number, extra: number, options: DecoderOptions) {
    super();
    const { embeddingSize = hiddenSize, tiedEmbeddings = false, dropout = 0, generator } = options;
    const named = generator === undefined ? {} : { generator };
    this.vocabulary = vocabulary;
    this.hiddenSize = hiddenSize;
    this.options = options;
    this.embedding = inCall(layer, () => new Embedding(vocabulary, embeddingSize, named));
    const part = <Part>(make: () => Part): Part => orDispose(this, () => inCall(layer, make));
    this.rnn = part(() => recurrentPart(embeddingSize + extra, hiddenSize, options, { batchFirst: true }));
    this.head = part(() => new Linear(hiddenSize, vocabulary, named));
    this.dropout = new Dropout(dropout, named);
    if (!tiedEmbeddings) return;
    this.head.weight.dispose();
    Reflect.set(this.head, "weight", this.embedding.weight);
  }

  /** One step of an embedded word (batch, embeddingSize). */
  protected get parts(): Omit<Unrolled, "step"> {
    return {
      embed: (tokens) => this.dropout.forward<Shape>(this.embedding.forward<Shape>(tokens)),
      head: (features) => this.head.forward<Shape>(this.dropout.forward(features)),
    };
  }

  protected unroll(
    inputs: Tensor<Shape, "i32">,
    first: StepState,
    { teacherForcing = 1 }: TeachingOptions,
    step: (x: Tensor, state: StepState) => StepResult,
  ): UnrolledResult {
    const parts = { ...this.parts, step };
    return teacherForcing === 1
      ? unrollForced(inputs, first, parts)
      : unrollSampled(inputs, first, teacherForcing, parts, this.options.generator);
  }

  /** Zeros as the state before the first step of a batch, which nothing is known of. */
  zeroState(batch: number): RecurrentState {
    const layer = this.constructor.name;
    assertWhole(layer, "batch", batch);
    const { layers, hidden, hasCells } = this.stateSizes;
    const shape = [layers, batch, hidden];
    return inCall(layer, () => ({ h: zeros<Shape>(shape), ...(hasCells ? { c: zeros<Shape>(shape) } : {}) }));
  }

  protected get stateSizes(): StateSizes {
    return { layers: this.rnn.numLayers, hidden: this.hiddenSize, hasCells: this.rnn instanceof LSTM };
  }
}

/** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
export function assertDecoder<Options extends DecoderOptions>(
  layer: string,
  vocabulary: unknown,
  hiddenSize: unknown,
  options: Options,
  checks: OptionChecks<Options>,
): void {
  assertWhole(layer, "vocabulary", vocabulary, 1);
  assertWhole(layer, "hiddenSize", hiddenSize, 1);
  checkOptions(layer, options, checks);
  const { tiedEmbeddings = false, embeddingSize = hiddenSize } = options;
  if (!tiedEmbeddings || embeddingSize === hiddenSize) return;
  throw new ValueError(
    layer,
    { embeddingSize, hiddenSize, tiedEmbeddings },
    "a table of embeddings is an output layer only if embeddingSize is hiddenSize",
    "leave embeddingSize out",
  );
}
