import { type Argument, Dropout, Embedding, givenOptions, LayerNorm, Module, normal } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertWhole,
  checkOptions,
  type Generator,
  inCall,
  IndexError,
  linear,
  oneOf,
  type OptionChecks,
  scope,
  type Shape,
  type Tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import { assertAxes } from "../arguments/axes.ts";
import { assertCount, assertDropout, assertWeights } from "../arguments/sizes.ts";
import type { KeyValues } from "../attention/key-values.ts";
import { assertTurnable } from "../attention/multihead-positions.ts";
import { LearnedPositions } from "../positions/learned.ts";
import { SinusoidalPositions } from "../positions/sinusoidal.ts";
import { TransformerEncoderLayer } from "./encoder-layer.ts";
import {
  assertRows,
  assertStepState,
  columnOf,
  disposeMemories,
  keptMemories,
  logProbabilitiesOf,
  reordered,
  type StepState,
} from "./rows.ts";
import { assertHeads } from "./sequences.ts";
import { TransformerEncoder } from "./stacks.ts";
import type { StepModel, StepResult } from "./step-model.ts";

/** How a GPT is built. */
export interface GPTOptions {
  /** Features of each position. Default 128. */
  readonly dModel?: number;
  /** Heads of each layer, which divide `dModel`. Default 4. */
  readonly nhead?: number;
  /** Default 4. */
  readonly numLayers?: number;
  /** Positions that it knows, if they are learned. Default 256. */
  readonly maxLength?: number;
  /** How it knows what stands where; all but the first take any length. Default "learned", as GPT-2. */
  readonly positions?: "learned" | "sinusoidal" | "rotary" | "alibi";
  /** Hidden units of the feed-forward parts. Default 4 · dModel. */
  readonly dimFeedforward?: number;
  /** Default 0.1. */
  readonly dropout?: number;
  /** Of the first values and of what dropout leaves out. */
  readonly generator?: Generator;
}

/**
 * A small GPT: what comes next, of any tokens (Radford et al. 2019). Tokens and positions are added, causal layers of
 * attention that normalise first follow, and the table of tokens is also the output's (Press & Wolf 2017).
 *
 * Weights start normal with deviation 0.02, those that write into the sum of all layers with 0.02 / √(2 · numLayers), biases as
 * zeros, as GPT-2's.
 */
export class GPT extends Module {
  static override readonly name: string = "GPT";
  readonly vocabulary: number;
  readonly maxLength: number;
  readonly tokenEmbedding: Embedding;
  /** Undefined where attention itself knows positions. */
  readonly positions: LearnedPositions | SinusoidalPositions | undefined;
  readonly dropout: Dropout;
  readonly transformer: TransformerEncoder;
  private readonly options: GPTOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up, the heads divide `dModel`, and options make sense */
  constructor(vocabulary: number, options: GPTOptions = {}) {
    super();
    assertWhole("GPT", "vocabulary", vocabulary, 1);
    checkOptions("GPT", options, OPTIONS);
    const { dModel = 128, nhead = 4, numLayers = 4, maxLength = 256, dropout = 0.1, generator } = options;
    const { positions = "learned" } = options;
    assertTurnable("GPT", { dModel, nhead }, positions === "rotary");
    const { dimFeedforward = 4 * dModel } = options;
    assertHeads("GPT", dModel, nhead);
    assertWeights(
      "GPT",
      [vocabulary, dModel],
      [maxLength, dModel],
      [dimFeedforward, dModel],
      [3 * dModel, dModel],
      [numLayers],
    );
    const drawn = generator === undefined ? {} : { generator };
    this.vocabulary = vocabulary;
    this.maxLength = maxLength;
    this.options = options;
    this.tokenEmbedding = inCall("GPT", () => new Embedding(vocabulary, dModel, drawn));
    if (positions === "learned") this.positions = inCall("GPT", () => new LearnedPositions(maxLength, dModel, drawn));
    else this.positions = positions === "sinusoidal" ? new SinusoidalPositions(dModel) : undefined;
    this.dropout = new Dropout(dropout, drawn);
    const layer = new TransformerEncoderLayer(dModel, nhead, {
      dimFeedforward,
      dropout,
      activation: "gelu",
      batchFirst: true,
      normFirst: true,
      rotary: positions === "rotary",
      alibi: positions === "alibi",
      ...drawn,
    });
    this.transformer = new TransformerEncoder(layer, numLayers, new LayerNorm(dModel));
    startAsGPT2(this, numLayers, generator);
  }

  /**
   * @param tokens (batch, time), i32
   * @returns logits (batch, time, vocabulary): at each position those of the next token
   * @throws IndexError on an unknown token or a position from `maxLength` on, ShapeError, DTypeError
   */
  override forward(tokens: Tensor<Shape, "i32">): Tensor {
    assertAxes("GPT", "tokens", tokens, { batch: undefined, time: undefined }, "i32");
    return inCall("GPT", () => {
      const x = this.embedded(tokens, 0);
      return linear(this.transformer.forward(x, { isCausal: true }), this.tokenEmbedding.weight);
    });
  }

  /** Token by token, for the searches of @unfoldjs/decoding. @param sentences how many; prompts are stepped too */
  stepModel(sentences = 1): StepModel<StepState> {
    assertWhole("GPT", "sentences", sentences, 1);
    return {
      state: { rows: sentences, length: 0, memories: [] },
      step: (tokens, state) => this.step(tokens, state),
      reorder: (state, rows) => {
        assertRows("GPT", rows, state);
        this.assertState(state);
        const memories = scope(() => keptMemories(state.memories.map((each) => reordered(each, rows))));
        return { ...state, rows: rows.length, memories };
      },
      release: ({ memories }) => disposeMemories(memories),
    };
  }

  override config(): readonly Argument[] {
    return [this.vocabulary, ...givenOptions(this.options)];
  }

  private assertState(state: StepState): void {
    const { layers } = this.transformer;
    const { nhead: heads, dModel } = layers[0] as TransformerEncoderLayer;
    assertStepState("GPT", state, { layers: layers.length, heads, headSize: dModel / heads });
  }

  private step(tokens: Int32Array, state: StepState): StepResult<StepState> {
    this.assertState(state);
    return inCall("GPT", () =>
      scope(() => {
        let x = this.embedded(columnOf("GPT", tokens, state), state.length);
        const memories = this.transformer.layers.map((layer, at): KeyValues => {
          const { output, memory } = layer.step(x, state.memories[at]);
          x = output;
          return memory;
        });
        const logits = linear((this.transformer.norm as LayerNorm).forward(x), this.tokenEmbedding.weight);
        const logProbabilities = logProbabilitiesOf(logits);
        const next = { rows: state.rows, length: state.length + 1, memories: keptMemories(memories) };
        return { logProbabilities, state: next };
      }),
    );
  }

  private embedded(tokens: Tensor<Shape, "i32">, start: number): Tensor {
    const [, time = 0] = tokens.shape;
    if (this.positions instanceof LearnedPositions && start + time > this.maxLength) {
      const came = { tokens: tokens.shape, start, maxLength: this.maxLength };
      throw new IndexError("GPT", came, `tokens need ${start + time} positions, and there are ${this.maxLength}`);
    }
    const x = this.tokenEmbedding.forward(tokens);
    return this.dropout.forward(this.positions?.forward(x, start) ?? x);
  }
}

function startAsGPT2(model: GPT, numLayers: number, generator: Generator | undefined): void {
  const drawn = generator === undefined ? {} : { generator };
  scope(() => {
    for (const [path, weight] of model.namedParameters()) {
      if (/norm\d?\.|norm$/i.test(path)) continue;
      const isAdded = /outProj\.weight$|linear2\.weight$/.test(path);
      const deviation = 0.02 / (isAdded ? Math.sqrt(2 * numLayers) : 1);
      weight.assign(
        /bias$/i.test(path) ? zeros<Shape>(weight.shape) : normal<Shape>(weight.shape, { deviation, ...drawn }),
      );
    }
  });
}

const OPTIONS: OptionChecks<GPTOptions> = {
  dModel: assertCount,
  nhead: assertCount,
  numLayers: assertCount,
  maxLength: assertCount,
  positions: /* @__PURE__ */ oneOf("learned", "sinusoidal", "rotary", "alibi"),
  dimFeedforward: assertCount,
  dropout: assertDropout,
  generator: assertGenerator,
};
