import { type Argument, Dropout, Embedding, givenOptions, Module } from "@unfoldjs/nn";
import {
  assertWhole,
  checkOptions,
  inCall,
  type OptionChecks,
  type Shape,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { checkedLengths } from "../lengths/checked-lengths.ts";
import type { GRU } from "../recurrent/gru.ts";
import type { LSTM } from "../recurrent/lstm.ts";
import { orDispose } from "../recurrent/or-dispose.ts";
import { assertTokens, PART_OPTIONS } from "./checks.ts";
import { recurrentPart, type RecurrentPartOptions } from "./recurrent-part.ts";

export interface EncoderOptions extends RecurrentPartOptions {
  /** Whether each layer reads from the end too. Default false. */
  readonly bidirectional?: boolean | undefined;
}

/** What an encoder makes of sentences. */
export interface Encoded {
  /** (batch, time, features): a⟨t'⟩, what each word is in its sentence; 0 beyond the lengths. */
  readonly output: Tensor;
  /** (layers · directions, batch, hiddenSize) */
  readonly hLast: Tensor;
  /** The same of an LSTM's cells. */
  readonly cLast?: Tensor | undefined;
}

/** Words into vectors that know their sentence: an embedding, and recurrent layers over it. */
export class Encoder extends Module {
  static override readonly name: string = "Encoder";
  readonly vocabulary: number;
  readonly hiddenSize: number;
  /** Of an output: hiddenSize, for each direction. */
  readonly features: number;
  readonly embedding: Embedding;
  readonly rnn: GRU | LSTM;
  readonly dropout: Dropout;
  private readonly options: EncoderOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
  constructor(vocabulary: number, hiddenSize: number, options: EncoderOptions = {}) {
    super();
    assertWhole("Encoder", "vocabulary", vocabulary, 1);
    assertWhole("Encoder", "hiddenSize", hiddenSize, 1);
    checkOptions<EncoderOptions>("Encoder", options, OPTIONS);
    const { embeddingSize = hiddenSize, bidirectional = false, dropout = 0, generator } = options;
    const named = generator === undefined ? {} : { generator };
    this.vocabulary = vocabulary;
    this.hiddenSize = hiddenSize;
    this.features = bidirectional ? 2 * hiddenSize : hiddenSize;
    this.options = options;
    this.embedding = inCall("Encoder", () => new Embedding(vocabulary, embeddingSize, named));
    this.rnn = orDispose(this, () =>
      inCall("Encoder", () => recurrentPart(embeddingSize, hiddenSize, options, { bidirectional, batchFirst: true })),
    );
    this.dropout = new Dropout(dropout, named);
  }

  /**
   * @param tokens (batch, time), i32 @param lengths (batch), i32: what stands beyond is never used; all of time if absent
   * @throws IndexError on a token that is not in the vocabulary, in the padding too, or a length outside of 0…time; ShapeError
   */
  override forward(tokens: Tensor<Shape, "i32">, lengths?: Tensor<Shape, "i32">): Encoded {
    assertTokens("Encoder", "tokens", tokens);
    if (lengths !== undefined) checkedLengths("Encoder", lengths, tokens.shape[0] ?? 0, tokens.shape[1] ?? 0);
    return inCall("Encoder", () => {
      const embedded: Tensor = this.dropout.forward(this.embedding.forward<Shape>(tokens));
      return this.rnn.forward(embedded, { lengths });
    });
  }

  override config(): readonly Argument[] {
    return [this.vocabulary, this.hiddenSize, ...givenOptions(this.options)];
  }
}

const OPTIONS: OptionChecks<EncoderOptions> = { ...PART_OPTIONS, bidirectional: truthValue };
