import { type Argument, givenOptions, Linear, type Parameter } from "@unfoldjs/nn";
import {
  additiveAttentionScores,
  assertGenerator,
  checkOptions,
  type Generator,
  inCall,
  type OptionChecks,
  type Tensor,
  truthValue,
} from "@unfoldjs/tensor-core";
import { assertSizes, assertWeights } from "../arguments/sizes.ts";
import { energyWeight } from "./energy.ts";
import type { KeyValues } from "./key-values.ts";
import { type Attended, attendByScores, type AttentionMasks } from "./masks.ts";
import { ScoreAttention } from "./score-attention.ts";

/** Options of attention by a small network. */
export interface AdditiveAttentionOptions {
  /** Whether to add one within the tanh. Default false: the paper leaves biases out. */
  readonly bias?: boolean;
  /** Of the first values. */
  readonly generator?: Generator;
}

/**
 * Additive attention (Bahdanau, Cho & Bengio 2015, section A.1.2): score(q, k) = vᵀ tanh(W q + U k (+ b)), softmax over the
 * keys, and the mean of the values by these weights. The array of all queries, keys and features is never made.
 *
 * `queryProj.weight` W (hiddenSize, querySize), with `queryProj.bias` b if there is one, `keyProj.weight` U (hiddenSize,
 * keySize) and `weight` v (hiddenSize) start uniform in ±1 / √inputs, as layers of PyTorch do.
 */
export class AdditiveAttention extends ScoreAttention {
  static override readonly name: string = "AdditiveAttention";
  readonly queryProj: Linear;
  readonly keyProj: Linear;
  readonly weight: Parameter;
  protected readonly features: { readonly query: number; readonly key: number };
  private readonly options: AdditiveAttentionOptions;

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(querySize: number, keySize: number, hiddenSize: number, options: AdditiveAttentionOptions = {}) {
    super();
    assertSizes("AdditiveAttention", { querySize, keySize, hiddenSize });
    checkOptions("AdditiveAttention", options, OPTIONS);
    assertWeights("AdditiveAttention", [hiddenSize, querySize], [hiddenSize, keySize]);
    const { bias = false, ...drawn } = options;
    this.features = { query: querySize, key: keySize };
    this.options = options;
    const { generator } = drawn;
    const named = generator === undefined ? {} : { generator };
    this.queryProj = inCall("AdditiveAttention", () => new Linear(querySize, hiddenSize, { bias, ...named }));
    this.keyProj = inCall("AdditiveAttention", () => new Linear(keySize, hiddenSize, { bias: false, ...named }));
    this.weight = energyWeight("AdditiveAttention", hiddenSize, generator);
  }

  protected override prepare(key: Tensor): Tensor {
    return this.keyProj.forward(key);
  }

  protected override weigh(query: Tensor, { key, value }: KeyValues, masks: AttentionMasks): Attended {
    return attendByScores(additiveAttentionScores(this.queryProj.forward(query), key, this.weight), value, masks);
  }

  override config(): readonly Argument[] {
    const { query, key } = this.features;
    return [query, key, this.weight.size, ...givenOptions(this.options)];
  }
}

const OPTIONS: OptionChecks<AdditiveAttentionOptions> = { bias: truthValue, generator: assertGenerator };
