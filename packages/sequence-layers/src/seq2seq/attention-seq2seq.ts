import { noGrad } from "@unfoldjs/autograd";
import { type Argument, givenOptions, Module } from "@unfoldjs/nn";
import {
  checkedLater,
  inCall,
  oneOf,
  type OptionChecks,
  scope,
  type Shape,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { orDispose } from "../recurrent/or-dispose.ts";
import { LSTM } from "../recurrent/lstm.ts";
import { AttentionDecoder, type AttentionDecoderOptions, type Written } from "./attention-decoder.ts";
import { Bridge } from "./bridge.ts";
import { assertTokens } from "./checks.ts";
import type { Decodable } from "./decodable.ts";
import { DECODER_OPTIONS } from "./decoder-base.ts";
import { Encoder } from "./encoder.ts";
import type { RecurrentState } from "./recurrent-part.ts";
import { assertCall, assertLengths, assertSizes, encoding, type TranslationOptions } from "./seq2seq.ts";

export interface AttentionSeq2SeqOptions extends AttentionDecoderOptions {
  /** Whether the encoder reads from the end too. Default true. */
  readonly bidirectional?: boolean | undefined;
  /** s⟨0⟩: zeros, or by a small layer from where the encoder ended. Default "zeros". */
  readonly initialState?: "zeros" | "encoder" | undefined;
}

/**
 * Translation with attention (Bahdanau et al. 2015): an encoder that reads in both directions makes a⟨t'⟩ = (→a⟨t'⟩, ←a⟨t'⟩) of each
 * word, and a decoder looks at all of them before it writes each word: see `AttentionDecoder`.
 */
export class AttentionSeq2Seq extends Module {
  static override readonly name: string = "AttentionSeq2Seq";
  readonly encoder: Encoder;
  readonly bridge: Bridge | undefined;
  readonly decoder: AttentionDecoder;
  private readonly options: AttentionSeq2SeqOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
  constructor(
    sourceVocabulary: number,
    targetVocabulary: number,
    hiddenSize: number,
    options: AttentionSeq2SeqOptions = {},
  ) {
    super();
    const layer = "AttentionSeq2Seq";
    assertSizes<AttentionSeq2SeqOptions>(layer, sourceVocabulary, targetVocabulary, hiddenSize, options, OPTIONS);
    const { bidirectional = true, initialState = "zeros", ...decoding } = options;
    this.options = options;
    const part = <Part>(make: () => Part): Part => orDispose(this, () => inCall(layer, make));
    this.encoder = part(() => new Encoder(sourceVocabulary, hiddenSize, encoding(options, bidirectional)));
    this.bridge =
      initialState === "encoder"
        ? part(() => new Bridge(this.encoder, this.encoder.rnn instanceof LSTM, options.generator))
        : undefined;
    this.decoder = part(() => new AttentionDecoder(targetVocabulary, hiddenSize, this.encoder.features, decoding));
  }

  /**
   * @param source (batch, time), i32 @param inputs (batch, time of the target), i32: the word before each step, first that which
   * begins sentences
   * @returns `logits` (batch, time of the target, targetVocabulary) and `weights` (batch, time of the target, time): α⟨t, t'⟩
   * @throws IndexError on a token that is not in its vocabulary or a length outside of 0…time, ShapeError
   */
  override forward(
    source: Tensor<Shape, "i32">,
    inputs: Tensor<Shape, "i32">,
    options: TranslationOptions = {},
  ): Written {
    const { lengths, ...teaching } = assertCall("AttentionSeq2Seq", source, inputs, options);
    return inCall("AttentionSeq2Seq", () => {
      const { output, initial } = this.#read(source, lengths);
      return this.decoder.forward(inputs, output, { ...teaching, lengths, initial });
    });
  }

  /**
   * What searches drive, to translate these sentences; α comes along as `attention`. Set the model to `eval` before.
   * @param source (sentences, time), i32
   * @throws IndexError, ShapeError
   */
  start(source: Tensor<Shape, "i32">, options: Pick<TranslationOptions, "lengths"> = {}): Decodable {
    const op = "AttentionSeq2Seq.start";
    assertTokens(op, "source", source);
    assertLengths(op, source, options);
    return inCall(op, () =>
      noGrad(() => {
        const { output, initial } = scope(() => this.#read(source, options.lengths));
        try {
          return this.decoder.start(output, { lengths: options.lengths, initial });
        } finally {
          for (const state of [output, initial?.h, initial?.c]) state?.dispose();
        }
      }),
    );
  }

  #read(
    source: Tensor<Shape, "i32">,
    lengths: Tensor<Shape, "i32"> | undefined,
  ): { readonly output: Tensor; readonly initial: RecurrentState | undefined } {
    const { output, ...last } = this.encoder.forward(source, lengths);
    return { output, initial: this.bridge?.forward(last) };
  }

  override config(): readonly Argument[] {
    return [this.encoder.vocabulary, this.decoder.vocabulary, this.decoder.hiddenSize, ...givenOptions(this.options)];
  }
}

const OPTIONS: OptionChecks<AttentionSeq2SeqOptions> = {
  ...DECODER_OPTIONS,
  attentionSize: checkedLater, // by the decoder
  inputFeeding: truthValue,
  bidirectional: truthValue,
  initialState: /* @__PURE__ */ oneOf("zeros", "encoder"),
};
