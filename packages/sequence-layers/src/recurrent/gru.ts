import { gru, gruCell, type LstmWeights, type OptionChecks, type Tensor, truthValue } from "@unfoldjs/tensor-core";
import { OneStateLayer } from "./one-state-layer.ts";
import { assertMade, type NoOptions, RECURRENT_OPTIONS, type RecurrentOptions } from "./options.ts";
import type { Passed, PassOptions } from "./recurrent-layer.ts";

export interface GRUOptions extends RecurrentOptions {
  /** Whether r is applied after h was multiplied, as in PyTorch, or before, as Keras' `reset_after=False`. Default true. */
  readonly resetAfter?: boolean;
}

/**
 * Gated recurrent units (Cho et al. 2014):
 *
 *     r = σ(Wᵢᵣ x + bᵢᵣ + Wₕᵣ h + bₕᵣ)
 *     z = σ(Wᵢ_z x + bᵢ_z + Wₕ_z h + bₕ_z)
 *     n = tanh(Wᵢₙ x + bᵢₙ + r ⊙ (Wₕₙ h + bₕₙ)), or with `resetAfter: false` tanh(Wᵢₙ x + bᵢₙ + Wₕₙ (r ⊙ h) + bₕₙ)
 *     h' = (1 − z) ⊙ n + z ⊙ h
 *
 * Weights have PyTorch's names and order, r, z, n one below the other: `weightIhL0` (3 · hidden, inputs), `weightHhL0`
 * (3 · hidden, hidden), `biasIhL0`, `biasHhL0`, then `weightIhL0Reverse`, … and `weightIhL1`, …, and start uniform in
 * ±1 / √hiddenSize, as PyTorch's do.
 */
export class GRU<
  In extends number = number,
  Hidden extends number = number,
  const Options extends GRUOptions = NoOptions,
> extends OneStateLayer<In, Hidden, Options> {
  static override readonly name: string = "GRU";
  readonly resetAfter: boolean;

  /** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
  constructor(inputSize: In, hiddenSize: Hidden, options?: Options);
  constructor(inputSize: In, hiddenSize: Hidden, options: GRUOptions = {}) {
    assertMade<GRUOptions>("GRU", inputSize, hiddenSize, options, OPTIONS);
    super("GRU", 3, inputSize, hiddenSize, options);
    this.resetAfter = options.resetAfter ?? true;
  }

  protected override pass(x: Tensor, weights: LstmWeights, { h0, lengths, reverse }: PassOptions): Passed {
    return gru(x, weights, { h0, lengths, reverse, resetAfter: this.resetAfter });
  }

  protected override cell(x: Tensor, h: Tensor | undefined, weights: LstmWeights): Tensor {
    return gruCell(x, h, weights, { resetAfter: this.resetAfter });
  }
}

const OPTIONS: OptionChecks<GRUOptions> = { ...RECURRENT_OPTIONS, resetAfter: truthValue };
