import { noGrad } from "@unfoldjs/autograd";
import { type Argument, givenOptions } from "@unfoldjs/nn";
import { checkOptions, clone, inCall, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { assertState, assertTokens } from "./checks.ts";
import { type Decodable, decodable } from "./decodable.ts";
import {
  assertDecoder,
  DECODER_OPTIONS,
  DecoderBase,
  type DecoderOptions,
  TEACHING_OPTIONS,
  type TeachingOptions,
} from "./decoder-base.ts";
import { type RecurrentState, stepOf } from "./recurrent-part.ts";

/**
 * Writes a sentence word by word from a state alone: s⟨t⟩ follows from s⟨t−1⟩ and the word before, and the logits of the next word
 * from s⟨t⟩ (Sutskever et al. 2014). From zeros it is a language model.
 */
export class Decoder extends DecoderBase {
  static override readonly name: string = "Decoder";

  /** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
  constructor(vocabulary: number, hiddenSize: number, options: DecoderOptions = {}) {
    assertDecoder("Decoder", vocabulary, hiddenSize, options, DECODER_OPTIONS);
    super("Decoder", vocabulary, hiddenSize, 0, options);
  }

  /**
   * @param inputs (batch, time), i32: the word before each step, first that which begins sentences
   * @param initial s⟨0⟩, (layers, batch, hiddenSize); zeros if absent
   * @returns `logits` (batch, time, vocabulary): of the word at each step
   * @throws IndexError on a token that is not in the vocabulary, ShapeError
   */
  override forward(
    inputs: Tensor<Shape, "i32">,
    initial?: RecurrentState,
    options: TeachingOptions = {},
  ): { readonly logits: Tensor } {
    assertTokens("Decoder", "inputs", inputs);
    checkOptions<TeachingOptions>("Decoder", options, TEACHING_OPTIONS);
    const batch = inputs.shape[0] ?? 0;
    if (initial !== undefined) this.#assertInitial(initial, batch);
    const first = initial ?? this.zeroState(batch);
    return inCall("Decoder", () => {
      const { embed, head } = this.parts;
      if ((options.teacherForcing ?? 1) === 1) {
        const states = { h0: first.h, ...(first.c === undefined ? {} : { c0: first.c }) };
        return { logits: head(this.rnn.forward(embed(inputs), states).output) };
      }
      const { logits } = this.unroll(inputs, first, options, (x, state) => {
        const { output, ...next } = stepOf(this.rnn, x, state);
        return { features: output, state: next };
      });
      return { logits };
    });
  }

  /**
   * What searches drive, from states of one row for each sentence. Set the model to `eval` before.
   * @param initial s⟨0⟩, (layers, sentences, hiddenSize); it is copied
   * @throws ShapeError
   */
  start(initial: RecurrentState): Decodable {
    this.#assertInitial(initial, undefined);
    return inCall("Decoder.start", () => {
      const state = noGrad(() => ({ h: clone(initial.h), c: initial.c && clone(initial.c) }));
      const sentences = Int32Array.from({ length: state.h.shape[1] ?? 0 }, (_, at) => at);
      const { embed, head } = this.parts;
      return decodable({ ...state, sentences }, this.stateSizes, (tokens, before) => {
        const { output, ...next } = stepOf(this.rnn, embed(tokens), before);
        return { logits: head(output), state: next };
      });
    });
  }

  #assertInitial(initial: RecurrentState, batch: number | undefined): void {
    assertState("Decoder", "initial", initial, this.stateSizes, batch);
  }

  override config(): readonly Argument[] {
    return [this.vocabulary, this.hiddenSize, ...givenOptions(this.options)];
  }
}
