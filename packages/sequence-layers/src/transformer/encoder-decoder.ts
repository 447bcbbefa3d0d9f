import { type Argument, Dropout, Embedding, givenOptions, LayerNorm, Module } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertTensor,
  assertWhole,
  checkOptions,
  fromArray,
  type Generator,
  inCall,
  indexSelect,
  keep,
  linear,
  type OptionChecks,
  scope,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { assertCount, assertDropout, assertWeights } from "../arguments/sizes.ts";
import type { KeyValues } from "../attention/key-values.ts";
import { sinusoidalPositions } from "../positions/sinusoidal.ts";
import { TransformerDecoderLayer } from "./decoder-layer.ts";
import { TransformerEncoderLayer } from "./encoder-layer.ts";
import {
  assertRows,
  assertSentences,
  assertStepState,
  columnOf,
  disposeMemories,
  keptMemories,
  logProbabilitiesOf,
  reordered,
  type StepState,
} from "./rows.ts";
import { assertHeads } from "./sequences.ts";
import { TransformerDecoder, TransformerEncoder } from "./stacks.ts";
import type { StepModel, StepResult } from "./step-model.ts";

/** How an encoder–decoder is built. */
export interface EncoderDecoderOptions {
  /** Features of each position. Default 128. */
  readonly dModel?: number;
  /** Heads of each layer, which divide `dModel`. Default 4. */
  readonly nhead?: number;
  /** Layers of the encoder and of the decoder each. Default 2. */
  readonly numLayers?: number;
  /** Hidden units of the feed-forward parts. Default 4 · dModel. */
  readonly dimFeedforward?: number;
  /** Default 0.1. */
  readonly dropout?: number;
  /** Of the first values and of what dropout leaves out. */
  readonly generator?: Generator;
}

/** How long the sentences of a padded batch are. */
export interface SourceLengths {
  /** (batch), i32: of each source. All have the whole length unless given. */
  readonly sourceLengths?: Tensor<Shape, "i32"> | undefined;
}

/** The state of a translation that goes on token by token. */
export interface TranslationState extends StepState {
  /** The sentence of each row. */
  readonly sentences: Int32Array;
}

/** A translation token by token, whose sources stay in memory until it is disposed. */
export interface TranslationModel extends StepModel<TranslationState> {
  /** Gives the memory of the sources back. */
  readonly dispose: () => void;
}

/** What a decoder keeps of its sources. */
interface Sources {
  readonly memories: readonly KeyValues[];
  readonly lengths: Tensor<Shape, "i32"> | undefined;
}

/**
 * A small encoder–decoder of a transformer (Vaswani et al. 2017): from a sentence of one vocabulary to one of another. Layers
 * normalise first, positions are sinusoids, and the target's table of tokens is also the output's (Press & Wolf 2017).
 */
export class EncoderDecoder extends Module {
  static override readonly name: string = "EncoderDecoder";
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  readonly sourceEmbedding: Embedding;
  readonly targetEmbedding: Embedding;
  readonly dropout: Dropout;
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;
  private readonly dModel: number;
  private readonly options: EncoderDecoderOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up, the heads divide `dModel`, and options make sense */
  constructor(sourceVocabulary: number, targetVocabulary: number, options: EncoderDecoderOptions = {}) {
    super();
    assertWhole(NAME, "sourceVocabulary", sourceVocabulary, 1);
    assertWhole(NAME, "targetVocabulary", targetVocabulary, 1);
    checkOptions(NAME, options, OPTIONS);
    const { dModel = 128, nhead = 4, numLayers = 2, dropout = 0.1, generator } = options;
    const { dimFeedforward = 4 * dModel } = options;
    assertHeads(NAME, dModel, nhead);
    const tables = [sourceVocabulary, targetVocabulary].map((rows) => [rows, dModel]);
    assertWeights(NAME, ...tables, [dimFeedforward, dModel], [3 * dModel, dModel], [numLayers]);
    const drawn = generator === undefined ? {} : { generator };
    const layer = { dimFeedforward, dropout, batchFirst: true, normFirst: true, ...drawn };
    this.sourceVocabulary = sourceVocabulary;
    this.targetVocabulary = targetVocabulary;
    this.dModel = dModel;
    this.options = options;
    this.sourceEmbedding = inCall(NAME, () => new Embedding(sourceVocabulary, dModel, drawn));
    this.targetEmbedding = inCall(NAME, () => new Embedding(targetVocabulary, dModel, drawn));
    this.dropout = new Dropout(dropout, drawn);
    const encoderLayer = new TransformerEncoderLayer(dModel, nhead, layer);
    this.encoder = new TransformerEncoder(encoderLayer, numLayers, new LayerNorm(dModel));
    const decoderLayer = new TransformerDecoderLayer(dModel, nhead, layer);
    this.decoder = new TransformerDecoder(decoderLayer, numLayers, new LayerNorm(dModel));
    // What is added to sinusoids, and then gives logits, is to be of their size: deviation 1 / √dModel, as in the paper's code.
    const scale = 1 / Math.sqrt(dModel);
    scope(() => {
      for (const { weight } of [this.sourceEmbedding, this.targetEmbedding]) weight.assign(weight.mul(scale));
    });
  }

  /**
   * Teacher forcing: all positions of the target at once, each of which sees those before it.
   * @param source (batch, source), i32 @param target (batch, time), i32: beginning with a start token, without the last
   * @returns logits (batch, time, targetVocabulary): at each position those of the next token
   * @throws IndexError on an unknown token or a length beyond the source, ShapeError, DTypeError
   */
  override forward(source: Tensor<Shape, "i32">, target: Tensor<Shape, "i32">, options: SourceLengths = {}): Tensor {
    const memory = this.encode(source, options);
    assertAxes(NAME, "target", target, { batch: source.shape[0], time: undefined }, "i32");
    const masks = { tgtIsCausal: true, memoryLengths: options.sourceLengths };
    return inCall(NAME, () => {
      const x = this.embedded(this.targetEmbedding, target, 0);
      return linear(this.decoder.forward(x, memory, masks), this.targetEmbedding.weight);
    });
  }

  /** @param source (batch, source), i32 @returns (batch, source, dModel) */
  encode(source: Tensor<Shape, "i32">, options: SourceLengths = {}): Tensor {
    assertAxes(NAME, "source", source, { batch: undefined, source: undefined }, "i32");
    checkOptions(NAME, options, { sourceLengths: assertTensor });
    const { sourceLengths } = options;
    if (sourceLengths !== undefined)
      assertAxes(NAME, "sourceLengths", sourceLengths, { batch: source.shape[0] }, "i32");
    return inCall(NAME, () =>
      scope(() => {
        const x = this.embedded(this.sourceEmbedding, source, 0);
        return this.encoder.forward(x, { srcLengths: sourceLengths });
      }),
    );
  }

  /**
   * Token by token, for the searches of @unfoldjs/decoding: sources are encoded once. Prompts are the target's start tokens.
   * @param source (sentences, source), i32
   */
  stepModel(source: Tensor<Shape, "i32">, options: SourceLengths = {}): TranslationModel {
    const encoded = this.encode(source, options);
    const rows = encoded.shape[0] ?? 0;
    const sources = scope((): Sources => {
      const memories = keptMemories(this.decoder.layers.map((layer) => layer.remember(encoded)));
      return { memories, lengths: options.sourceLengths && keep(options.sourceLengths.clone()) };
    });
    encoded.dispose();
    return {
      state: { rows, length: 0, memories: [], sentences: Int32Array.from({ length: rows }, (_, at) => at) },
      step: (tokens, state) => {
        this.assertState(state, rows);
        return this.step(tokens, state, sources);
      },
      reorder: (state, picked) => {
        assertRows(NAME, picked, state);
        this.assertState(state, rows);
        const memories = scope(() => keptMemories(state.memories.map((each) => reordered(each, picked))));
        const sentences = picked.map((row) => state.sentences[row] as number);
        return { ...state, rows: picked.length, memories, sentences };
      },
      release: ({ memories }) => disposeMemories(memories),
      dispose: () => {
        disposeMemories(sources.memories);
        sources.lengths?.dispose();
      },
    };
  }

  override config(): readonly Argument[] {
    return [this.sourceVocabulary, this.targetVocabulary, ...givenOptions(this.options)];
  }

  /** @param sentences how many are translated */
  private assertState(state: TranslationState, sentences: number): void {
    const { layers } = this.decoder;
    const { nhead: heads, dModel } = layers[0] as TransformerDecoderLayer;
    assertStepState(NAME, state, { layers: layers.length, heads, headSize: dModel / heads });
    assertSentences(NAME, state.sentences, { rows: state.rows, sentences });
  }

  private step(tokens: Int32Array, state: TranslationState, sources: Sources): StepResult<TranslationState> {
    return inCall(NAME, () =>
      scope(() => {
        const { memories: of, lengths } = ofSentences(sources, state.sentences);
        let x = this.embedded(this.targetEmbedding, columnOf(NAME, tokens, state), state.length);
        const memories = this.decoder.layers.map((layer, at): KeyValues => {
          const { output, memory } = layer.step(x, of[at] as KeyValues, state.memories[at], { keyLengths: lengths });
          x = output;
          return memory;
        });
        const logits = linear((this.decoder.norm as LayerNorm).forward(x), this.targetEmbedding.weight);
        const logProbabilities = logProbabilitiesOf(logits);
        return { logProbabilities, state: { ...state, length: state.length + 1, memories: keptMemories(memories) } };
      }),
    );
  }

  private embedded(table: Embedding, tokens: Tensor<Shape, "i32">, start: number): Tensor {
    const [, time = 0] = tokens.shape;
    const scaled = table.forward(tokens).mul(Math.sqrt(this.dModel)); // section 3.4
    return this.dropout.forward(scaled.add<Shape, Shape>(sinusoidalPositions(time, this.dModel, start)));
  }
}

const NAME = "EncoderDecoder";

/** What is kept of the source of each row. */
function ofSentences(sources: Sources, sentences: Int32Array): Sources {
  const [first] = sources.memories;
  const isAll = first?.key.shape[0] === sentences.length && sentences.every((sentence, row) => sentence === row);
  if (isAll) return sources;
  const { lengths } = sources;
  const index = fromArray<[number], "i32">(sentences, [sentences.length], "i32");
  return {
    memories: sources.memories.map((each) => reordered(each, sentences)),
    lengths: lengths && indexSelect(lengths, 0, index),
  };
}

const OPTIONS: OptionChecks<EncoderDecoderOptions> = {
  dModel: assertCount,
  nhead: assertCount,
  numLayers: assertCount,
  dimFeedforward: assertCount,
  dropout: assertDropout,
  generator: assertGenerator,
};
