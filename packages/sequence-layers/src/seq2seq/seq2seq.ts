import { noGrad } from "@unfoldjs/autograd";
import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  assertWhole,
  checkedLater,
  checkOptions,
  inCall,
  type OptionChecks,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { checkedLengths } from "../lengths/checked-lengths.ts";
import { orDispose } from "../recurrent/or-dispose.ts";
import { LSTM } from "../recurrent/lstm.ts";
import { Bridge } from "./bridge.ts";
import { assertTokens } from "./checks.ts";
import type { Decodable } from "./decodable.ts";
import { Decoder } from "./decoder.ts";
import {
  assertDecoder,
  DECODER_OPTIONS,
  type DecoderOptions,
  TEACHING_OPTIONS,
  type TeachingOptions,
} from "./decoder-base.ts";
import { Encoder, type EncoderOptions } from "./encoder.ts";

export interface Seq2SeqOptions extends DecoderOptions {
  /** Whether the encoder reads from the end too. Default false. */
  readonly bidirectional?: boolean | undefined;
}

/** How a sentence is read and its translation taught. */
export interface TranslationOptions extends TeachingOptions {
  /** (batch), i32: what of `source` stands beyond is never used; all if absent. */
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
}

/**
 * Translation by an encoder and a decoder alone (Sutskever et al. 2014): the last state of what read the sentence is the first
 * one of what writes the other, and all that is known of it.
 */
export class Seq2Seq extends Module {
  static override readonly name: string = "Seq2Seq";
  readonly encoder: Encoder;
  readonly bridge: Bridge;
  readonly decoder: Decoder;
  private readonly options: Seq2SeqOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
  constructor(sourceVocabulary: number, targetVocabulary: number, hiddenSize: number, options: Seq2SeqOptions = {}) {
    super();
    assertSizes("Seq2Seq", sourceVocabulary, targetVocabulary, hiddenSize, options, OPTIONS);
    const { bidirectional = false, ...decoding } = options;
    this.options = options;
    const part = <Part>(make: () => Part): Part => orDispose(this, () => inCall("Seq2Seq", make));
    this.encoder = part(() => new Encoder(sourceVocabulary, hiddenSize, encoding(options, bidirectional)));
    this.bridge = part(() => new Bridge(this.encoder, this.encoder.rnn instanceof LSTM, options.generator));
    this.decoder = part(() => new Decoder(targetVocabulary, hiddenSize, decoding));
  }

  /**
   * @param source (batch, time), i32 @param inputs (batch, time of the target), i32: the word before each step, first that which
   * begins sentences
   * @returns `logits` (batch, time of the target, targetVocabulary)
   * @throws IndexError on a token that is not in its vocabulary or a length outside of 0…time, ShapeError
   */
  override forward(
    source: Tensor<Shape, "i32">,
    inputs: Tensor<Shape, "i32">,
    options: TranslationOptions = {},
  ): { readonly logits: Tensor } {
    const { lengths, ...teaching } = assertCall("Seq2Seq", source, inputs, options);
    return inCall("Seq2Seq", () =>
      this.decoder.forward(inputs, this.bridge.forward(this.encoder.forward(source, lengths)), teaching),
    );
  }

  /**
   * What searches drive, to translate these sentences. Set the model to `eval` before.
   * @param source (sentences, time), i32
   * @throws IndexError, ShapeError
   */
  start(source: Tensor<Shape, "i32">, options: Pick<TranslationOptions, "lengths"> = {}): Decodable {
    assertTokens("Seq2Seq.start", "source", source);
    assertLengths("Seq2Seq.start", source, options);
    return inCall("Seq2Seq.start", () =>
      noGrad(() => {
        const read = scope(() => this.bridge.forward(this.encoder.forward(source, options.lengths)));
        try {
          return this.decoder.start(read);
        } finally {
          for (const state of [read.h, read.c]) state?.dispose();
        }
      }),
    );
  }

  override config(): readonly Argument[] {
    return [this.encoder.vocabulary, this.decoder.vocabulary, this.decoder.hiddenSize, ...givenOptions(this.options)];
  }
}

const OPTIONS: OptionChecks<Seq2SeqOptions> = { ...DECODER_OPTIONS, bidirectional: truthValue };
const CALL_OPTIONS: OptionChecks<TranslationOptions> = { ...TEACHING_OPTIONS, lengths: checkedLater };
const START_OPTIONS: OptionChecks<Pick<TranslationOptions, "lengths">> = { lengths: checkedLater };

/** @throws ValueError unless all are whole numbers from 1 up and options what they say */
export function assertSizes<Options extends DecoderOptions>(
  layer: string,
  sourceVocabulary: unknown,
  targetVocabulary: unknown,
  hiddenSize: unknown,
  options: Options,
  checks: OptionChecks<Options>,
): void {
  assertWhole(layer, "sourceVocabulary", sourceVocabulary, 1);
  assertWhole(layer, "targetVocabulary", targetVocabulary, 1);
  assertDecoder(layer, targetVocabulary, hiddenSize, options, checks);
}

/** The options of a model that its encoder has. */
export function encoding(options: DecoderOptions, bidirectional: boolean): EncoderOptions {
  const { embeddingSize, cell, numLayers, dropout, generator } = options;
  return { embeddingSize, cell, numLayers, dropout, generator, bidirectional };
}

/** @throws ShapeError, IndexError, ValueError unless both are tokens of one batch and options fit */
export function assertCall(
  op: string,
  source: Tensor<Shape, "i32">,
  inputs: Tensor<Shape, "i32">,
  options: TranslationOptions,
): TranslationOptions {
  assertTokens(op, "source", source);
  assertTokens(op, "inputs", inputs);
  checkOptions<TranslationOptions>(op, options, CALL_OPTIONS);
  if (source.shape[0] !== inputs.shape[0]) {
    throw new ShapeError(
      op,
      { source: source.shape, inputs: inputs.shape },
      "both must have one row for each sentence",
    );
  }
  if (options.lengths !== undefined) checkedLengths(op, options.lengths, source.shape[0] ?? 0, source.shape[1] ?? 0);
  return options;
}

/** @throws ShapeError, IndexError, ValueError unless options fit the source */
export function assertLengths(
  op: string,
  source: Tensor<Shape, "i32">,
  options: Pick<TranslationOptions, "lengths">,
): void {
  checkOptions<Pick<TranslationOptions, "lengths">>(op, options, START_OPTIONS);
  if (options.lengths !== undefined) checkedLengths(op, options.lengths, source.shape[0] ?? 0, source.shape[1] ?? 0);
}
