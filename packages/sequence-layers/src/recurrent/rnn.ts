import {
  type LstmWeights,
  type Nonlinearity,
  oneOf,
  type OptionChecks,
  rnn,
  rnnCell,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { OneStateLayer } from "./one-state-layer.ts";
import { assertMade, type NoOptions, RECURRENT_OPTIONS, type RecurrentOptions } from "./options.ts";
import type { Passed, PassOptions } from "./recurrent-layer.ts";

export interface RNNOptions extends RecurrentOptions {
  /** What follows the sums. Default "tanh". */
  readonly nonlinearity?: Nonlinearity;
}

/**
 * A plain recurrent net (Elman 1990): h⟨t⟩ = tanh(Wᵢₕ x⟨t⟩ + bᵢₕ + Wₕₕ h⟨t−1⟩ + bₕₕ), or relu in place of tanh.
 *
 * Weights have PyTorch's names, `weightIhL0` (hidden, inputs), `weightHhL0` (hidden, hidden), `biasIhL0`, `biasHhL0`, then
 * `weightIhL0Reverse`, … and `weightIhL1`, …, and start uniform in ±1 / √hiddenSize, as PyTorch's do.
 */
export class RNN<
  In extends number = number,
  Hidden extends number = number,
  const Options extends RNNOptions = NoOptions,
> extends OneStateLayer<In, Hidden, Options> {
  static override readonly name: string = "RNN";
  readonly nonlinearity: Nonlinearity;

  /** @throws ValueError unless sizes are whole numbers from 1 up and options are what they say */
  constructor(inputSize: In, hiddenSize: Hidden, options?: Options);
  constructor(inputSize: In, hiddenSize: Hidden, options: RNNOptions = {}) {
    assertMade<RNNOptions>("RNN", inputSize, hiddenSize, options, OPTIONS);
    super("RNN", 1, inputSize, hiddenSize, options);
    this.nonlinearity = options.nonlinearity ?? "tanh";
  }

  protected override pass(x: Tensor, weights: LstmWeights, { h0, lengths, reverse }: PassOptions): Passed {
    return rnn(x, weights, { h0, lengths, reverse, nonlinearity: this.nonlinearity });
  }

  protected override cell(x: Tensor, h: Tensor | undefined, weights: LstmWeights): Tensor {
    return rnnCell(x, h, weights, { nonlinearity: this.nonlinearity });
  }
}

const OPTIONS: OptionChecks<RNNOptions> = {
  ...RECURRENT_OPTIONS,
  nonlinearity: /* @__PURE__ */ oneOf("tanh", "relu"),
};
