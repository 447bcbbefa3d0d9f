import type { Argument, Parameter } from "@unfoldjs/nn";
import {
  assertWhole,
  checkedLater,
  checkOptions,
  assertFinite,
  type HasFeatures,
  inCall,
  lstm,
  lstmCell,
  type LstmWeights,
  type OptionChecks,
  type Shape,
  type Tensor,
  ValueError,
  type WithFeatures,
} from "@unfoldjs/tensor-core";
import { stepStates } from "./step-states.ts";
import {
  assertMade,
  type NoOptions,
  type OutputSize,
  RECURRENT_INPUTS,
  RECURRENT_OPTIONS,
  type RecurrentInputs,
  type RecurrentOptions,
  type StateShape,
  type StateSize,
  type StepStateShape,
} from "./options.ts";
import { type Passed, type PassOptions, RecurrentLayer, type States } from "./recurrent-layer.ts";

export interface LSTMOptions extends RecurrentOptions {
  /** What h is projected to (Sak et al. 2014), below hiddenSize; 0 for no projection. Default 0. */
  readonly projSize?: number;
  /**
   * What the forget gate's two biases add up to at first, such as 1: then cells are kept until the gate has learned what to
   * forget (Jozefowicz et al. 2015). As PyTorch's, random, if absent.
   */
  readonly forgetBias?: number;
}

export interface LSTMInputs extends RecurrentInputs {
  /** The cells before the first step, (layers · directions, batch, hiddenSize). */
  readonly c0?: Tensor | undefined;
}

/** The state of a stream. */
export interface LSTMState {
  /** (layers, batch, features of the state) */
  readonly h: Tensor;
  /** (layers, batch, hiddenSize) */
  readonly c: Tensor;
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000):
 *
 *     i, f, o = σ(Wᵢₕ x + bᵢₕ + Wₕₕ h + bₕₕ), each by its own rows of the weights
 *     g = tanh(Wᵢₕ x + bᵢₕ + Wₕₕ h + bₕₕ), by its own
 *     c' = f ⊙ c + i ⊙ g
 *     h' = o ⊙ tanh(c'), or with `projSize` Wₕᵣ (o ⊙ tanh(c'))
 *
 * Weights have PyTorch's names and order, i, f, g, o one below the other: `weightIhL0` (4 · hidden, inputs), `weightHhL0`
 * (4 · hidden, hidden or projSize), `biasIhL0`, `biasHhL0`, `weightHrL0` (projSize, hidden), then `weightIhL0Reverse`, … and
 * `weightIhL1`, …, and start uniform in ±1 / √hiddenSize, as PyTorch's do.
 */
export class LSTM<
  In extends number = number,
  Hidden extends number = number,
  const Options extends LSTMOptions = NoOptions,
> extends RecurrentLayer {
  static override readonly name: string = "LSTM";
  readonly inputSize: In;
  readonly hiddenSize: Hidden;
  /** 0 without a projection. */
  readonly projSize: number;
  declare readonly weightHrL0: Parameter | undefined;

  /** @throws ValueError unless sizes are whole numbers from 1 up, projSize below hiddenSize, and options what they say */
  constructor(inputSize: In, hiddenSize: Hidden, options?: Options);
  constructor(inputSize: In, hiddenSize: Hidden, options: LSTMOptions = {}) {
    assertMade<LSTMOptions>("LSTM", inputSize, hiddenSize, options, OPTIONS);
    const { bias = true, recurrentInit = "uniform", forgetBias, projSize = 0, generator } = options;
    if (projSize >= hiddenSize) {
      throw new ValueError(
        "LSTM",
        { projSize, hiddenSize },
        "projSize must be below hiddenSize",
        "0 for no projection",
      );
    }
    if (forgetBias !== undefined && !bias) {
      throw new ValueError(
        "LSTM",
        { forgetBias, bias },
        "forgetBias is the first value of a bias",
        "leave one of them out",
      );
    }
    const sizes = { gates: 4, inputSize, hiddenSize, projSize: projSize === 0 ? undefined : projSize };
    super("LSTM", { ...sizes, options, hasCells: true, bias, recurrentInit, forgetBias, generator });
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.projSize = projSize;
  }

  /**
   * @param x (time, batch, inputSize), (batch, time, inputSize) with `batchFirst`, or (time, inputSize) of one sequence
   * @returns `output`, x's axes with the state's features · directions: h of each step, 0 beyond a sequence's length; `hLast`
   * (layers · directions, batch, features of the state) and `cLast` (layers · directions, batch, hiddenSize), h and c after the
   * last step of each
   * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…time
   */
  override forward<S extends Shape>(
    x: Tensor<S & HasFeatures<S, In>>,
    inputs?: LSTMInputs,
  ): {
    readonly output: Tensor<WithFeatures<S, OutputSize<Hidden, Options>>>;
    readonly hLast: Tensor<StateShape<S, StateSize<Hidden, Options>>>;
    readonly cLast: Tensor<StateShape<S, Hidden>>;
  };
  override forward(x: Tensor, inputs: LSTMInputs = {}): ReturnType<typeof lstm> {
    checkOptions<LSTMInputs>("LSTM", inputs, INPUTS);
    return inCall("LSTM", () => this.sequence("LSTM", x, inputs)) as ReturnType<typeof lstm>;
  }

  /**
   * One step of a stream: what `forward` gives step by step, from a state that goes on.
   * @param x (batch, inputSize), or (inputSize) of one sequence
   * @param state what the step before gave, or { h: hLast, c: cLast } of a forward; the initial state if absent
   * @returns `output` (batch, features of the state), h of the last layer; `h` (layers, batch, features of the state) and `c`
   * (layers, batch, hiddenSize), for the next step
   * @throws ShapeError if sizes differ, ValueError if the layer has two directions
   */
  step<S extends Shape>(
    x: Tensor<S & HasFeatures<S, In>>,
    state?: LSTMState,
  ): {
    readonly output: Tensor<WithFeatures<S, StateSize<Hidden, Options>>>;
    readonly h: Tensor<StepStateShape<S, StateSize<Hidden, Options>>>;
    readonly c: Tensor<StepStateShape<S, Hidden>>;
  };
  step(x: Tensor, state?: LSTMState): LSTMState & { readonly output: Tensor } {
    const states = stepStates("LSTM.step", state, ["h", "c"]);
    const { output, hLast: h, cLast } = inCall("LSTM.step", () => this.oneStep("LSTM.step", x, states));
    return { output, h, c: cLast as Tensor };
  }

  protected override pass(x: Tensor, weights: LstmWeights, options: PassOptions): Passed {
    return lstm(x, weights, options);
  }

  protected override advance(x: Tensor, weights: LstmWeights, states: States): Passed {
    const { h, c } = lstmCell(x, states, weights);
    return { output: h, hLast: h, cLast: c };
  }

  override config(): readonly Argument[] {
    return this.configOf([this.inputSize, this.hiddenSize]);
  }
}

const OPTIONS: OptionChecks<LSTMOptions> = {
  ...RECURRENT_OPTIONS,
  projSize: (op, name, value) => assertWhole(op, name, value),
  forgetBias: assertFinite,
};

const INPUTS: OptionChecks<LSTMInputs> = { ...RECURRENT_INPUTS, c0: checkedLater };
