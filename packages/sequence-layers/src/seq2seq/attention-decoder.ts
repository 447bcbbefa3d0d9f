import { noGrad } from "@unfoldjs/autograd";
import { type Argument, givenOptions, Linear } from "@unfoldjs/nn";
import {
  assertWhole,
  checkedLater,
  checkOptions,
  clone,
  concat,
  fromArray,
  inCall,
  indexSelect,
  type OptionChecks,
  scope,
  type Shape,
  tanh,
  type Tensor,
  zeros,
  truthValue,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { AdditiveAttention } from "../attention/additive-attention.ts";
import type { KeyValues } from "../attention/key-values.ts";
import { checkedLengths } from "../lengths/checked-lengths.ts";
import { orDispose } from "../recurrent/or-dispose.ts";
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
import { type RecurrentState, stepOf, topOf } from "./recurrent-part.ts";
import type { StepResult, StepState } from "./unroll.ts";

export interface AttentionDecoderOptions extends DecoderOptions {
  /** Hidden units of the small network that compares. Default hiddenSize. */
  readonly attentionSize?: number | undefined;
  /**
   * Whether logits follow from h̃⟨t⟩ = tanh(W [s⟨t⟩, context⟨t⟩]) instead of s⟨t⟩, and h̃⟨t⟩ goes into the next step, which so knows what was
   * attended to before (Luong et al. 2015, section 3.3). Default false.
   */
  readonly inputFeeding?: boolean | undefined;
}

/** What is read while writing. */
export interface ReadOptions {
  /** (batch), i32: what of `states` stands beyond is never attended to; all if absent. */
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
  /** s⟨0⟩, (layers, batch, hiddenSize); zeros if absent. */
  readonly initial?: RecurrentState | undefined;
}

/** What attending decoders give. */
export interface Written {
  /** (batch, time, vocabulary): of the word at each step. */
  readonly logits: Tensor;
  /** (batch, time, source): α⟨t, t'⟩, which add up to 1 over t'. */
  readonly weights: Tensor;
}

/**
 * Writes a sentence word by word, and looks at what it reads before each (Bahdanau et al. 2015):
 *
 *     e⟨t, t'⟩ = vᵀ tanh(W s⟨t−1⟩ + U a⟨t'⟩), α⟨t, ·⟩ = softmax(e⟨t, ·⟩), context⟨t⟩ = Σ α⟨t, t'⟩ a⟨t'⟩
 *     s⟨t⟩ = the recurrent layers' step of [the word before, context⟨t⟩]; the logits of the word follow from s⟨t⟩
 *
 * What it reads, a⟨t'⟩, is an encoder's output, or anything of (batch, places, features): the regions of a picture.
 */
export class AttentionDecoder extends DecoderBase {
  static override readonly name: string = "AttentionDecoder";
  /** Features of what is read. */
  readonly sourceSize: number;
  readonly attention: AdditiveAttention;
  /** W of input feeding. */
  readonly combine: Linear | undefined;

  /** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
  constructor(vocabulary: number, hiddenSize: number, sourceSize: number, options: AttentionDecoderOptions = {}) {
    assertDecoder<AttentionDecoderOptions>("AttentionDecoder", vocabulary, hiddenSize, options, OPTIONS);
    assertWhole("AttentionDecoder", "sourceSize", sourceSize, 1);
    const { attentionSize = hiddenSize, inputFeeding = false, generator } = options;
    super("AttentionDecoder", vocabulary, hiddenSize, sourceSize + (inputFeeding ? hiddenSize : 0), options);
    const named = generator === undefined ? {} : { generator };
    this.sourceSize = sourceSize;
    const part = <Part>(make: () => Part): Part => orDispose(this, () => inCall("AttentionDecoder", make));
    this.attention = part(() => new AdditiveAttention(hiddenSize, sourceSize, attentionSize, named));
    this.combine = inputFeeding
      ? part(() => new Linear(hiddenSize + sourceSize, hiddenSize, { bias: false, ...named }))
      : undefined;
  }

  /**
   * @param inputs (batch, time), i32: the word before each step, first that which begins sentences
   * @param states (batch, source, sourceSize): a⟨t'⟩
   * @throws IndexError on a token that is not in the vocabulary or a length outside of 0…source, ShapeError
   */
  override forward(inputs: Tensor<Shape, "i32">, states: Tensor, options: ReadOptions & TeachingOptions = {}): Written {
    const op = "AttentionDecoder";
    assertTokens(op, "inputs", inputs);
    const batch = inputs.shape[0] ?? 0;
    checkOptions<ReadOptions & TeachingOptions>(op, options, CALL_OPTIONS);
    this.#assertRead(op, states, batch, options);
    return inCall(op, () => {
      const memory = this.attention.remember(states);
      const step = (x: Tensor, state: StepState): StepResult => this.#step(x, state, memory, options.lengths);
      const { logits, weights } = this.unroll(inputs, this.#first(options, batch), options, step);
      return { logits, weights: weights as Tensor };
    });
  }

  /**
   * What searches drive, over what they are to read. Set the model to `eval` before.
   * @param states (sentences, source, sourceSize): a⟨t'⟩; it is copied, and so is a state that is given
   * @throws ShapeError, IndexError
   */
  start(states: Tensor, options: ReadOptions = {}): Decodable {
    const op = "AttentionDecoder.start";
    checkOptions<ReadOptions>(op, options, READ_OPTIONS);
    this.#assertRead(op, states, undefined, options);
    const batch = states.shape[0] ?? 0;
    return inCall(op, () => {
      const { first, whole } = noGrad(() =>
        scope(() => {
          const { h, c, feed } = this.#first(options, batch);
          const { key, value } = this.attention.remember(states);
          return {
            first: { h: clone(h), c: c && clone(c), feed },
            whole: { key, value: clone(value), lengths: options.lengths && clone(options.lengths) },
          };
        }),
      );
      const sources = new Sources(whole);
      const sentences = Int32Array.from({ length: batch }, (_, at) => at);
      const { embed, head } = this.parts;
      const one: Parameters<typeof decodable>[2] = (tokens, before) => {
        const { key, value, lengths } = sources.of(before.sentences);
        const { features, state, weights } = this.#step(embed(tokens), before, { key, value }, lengths);
        return { logits: head(features), state, weights };
      };
      return decodable({ ...first, sentences }, this.stateSizes, one, () => sources.dispose());
    });
  }

  #step(x: Tensor, before: StepState, memory: KeyValues, keyLengths: Tensor<Shape, "i32"> | undefined): StepResult {
    const { output: context, weights } = this.attention.attend(topOf(before), memory, { keyLengths });
    const read = before.feed === undefined ? [x, context] : [x, context, before.feed];
    const { output, ...state } = stepOf(this.rnn, concat(read, 1), before);
    if (this.combine === undefined) return { features: output, state, weights };
    const feed: Tensor = tanh(this.combine.forward<Shape>(concat([output, context], 1)));
    return { features: feed, state: { ...state, feed }, weights };
  }

  #first({ initial }: ReadOptions, batch: number): StepState {
    const state = initial ?? this.zeroState(batch);
    return this.combine === undefined ? state : { ...state, feed: zeros([batch, this.hiddenSize]) };
  }

  #assertRead(op: string, states: Tensor, batch: number | undefined, { lengths, initial }: ReadOptions): void {
    assertAxes(op, "states", states, { batch, source: undefined, sourceSize: this.sourceSize });
    const [sentences = 0, source = 0] = states.shape;
    if (lengths !== undefined) checkedLengths(op, lengths, sentences, source);
    if (initial !== undefined) assertState(op, "initial", initial, this.stateSizes, sentences);
  }

  override config(): readonly Argument[] {
    return [this.vocabulary, this.hiddenSize, this.sourceSize, ...givenOptions(this.options)];
  }
}

const OPTIONS: OptionChecks<AttentionDecoderOptions> = {
  ...DECODER_OPTIONS,
  attentionSize: (op, name, value) => assertWhole(op, name, value, 1),
  inputFeeding: truthValue,
};
const READ_OPTIONS: OptionChecks<ReadOptions> = { lengths: checkedLater, initial: checkedLater };
const CALL_OPTIONS: OptionChecks<ReadOptions & TeachingOptions> = { ...READ_OPTIONS, ...TEACHING_OPTIONS };

interface Source extends KeyValues {
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
}

/** What each hypothesis reads: its sentence's states, copied once for all steps in which hypotheses are of the same sentences. */
class Sources {
  readonly #whole: Source;
  #sentences: Int32Array | undefined;
  #current: Source | undefined;

  constructor(whole: Source) {
    for (const tensor of [whole.key, whole.value, whole.lengths]) tensor?.keep();
    this.#whole = whole;
  }

  of(sentences: Int32Array): Source {
    const [count = 0] = this.#whole.key.shape;
    if (sentences.length === count && sentences.every((sentence, row) => sentence === row)) return this.#whole;
    const known = this.#sentences;
    if (known?.length === sentences.length && sentences.every((sentence, row) => sentence === known[row]))
      return this.#current as Source;
    this.#drop(this.#current);
    const places = fromArray<Shape, "i32">(sentences, [sentences.length], "i32");
    const { key, value, lengths } = this.#whole;
    this.#current = {
      key: indexSelect<Shape, "f32", number, Shape>(key, 0, places).keep(),
      value: indexSelect<Shape, "f32", number, Shape>(value, 0, places).keep(),
      lengths: lengths && indexSelect<Shape, "i32", number, Shape>(lengths, 0, places).keep(),
    };
    this.#sentences = sentences;
    return this.#current;
  }

  dispose(): void {
    this.#drop(this.#whole);
    this.#drop(this.#current);
  }

  #drop(source: Source | undefined): void {
    for (const tensor of [source?.key, source?.value, source?.lengths]) tensor?.dispose();
  }
}
