import type { Argument } from "@unfoldjs/nn";
import {
  checkOptions,
  type HasFeatures,
  inCall,
  type LstmWeights,
  type Shape,
  type Tensor,
  type WithFeatures,
} from "@unfoldjs/tensor-core";
import {
  type OutputSize,
  RECURRENT_INPUTS,
  type RecurrentInputs,
  type RecurrentOptions,
  type StateShape,
  type StepStateShape,
} from "./options.ts";
import { type Passed, RecurrentLayer, type States } from "./recurrent-layer.ts";
import { stepStates } from "./step-states.ts";

/** What RNN and GRU have in common: a state that is also the output, and no cells beside it. */
export abstract class OneStateLayer<
  In extends number,
  Hidden extends number,
  Options extends RecurrentOptions,
> extends RecurrentLayer {
  readonly inputSize: In;
  readonly hiddenSize: Hidden;
  /** What errors call it, whatever a subclass is called. */
  readonly #layer: string;

  constructor(layer: string, gates: number, inputSize: In, hiddenSize: Hidden, options: RecurrentOptions) {
    const { bias = true, recurrentInit = "uniform", generator } = options;
    super(layer, { gates, inputSize, hiddenSize, options, hasCells: false, bias, recurrentInit, generator });
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.#layer = layer;
  }

  /** One step of one layer: x (batch, features) and a state to the state after it. */
  protected abstract cell(x: Tensor, h: Tensor | undefined, weights: LstmWeights): Tensor;

  /**
   * @param x (time, batch, inputSize), (batch, time, inputSize) with `batchFirst`, or (time, inputSize) of one sequence
   * @returns `output`, x's axes with hiddenSize · directions features: h of each step, 0 beyond a sequence's length; `hLast`
   * (layers · directions, batch, hiddenSize), h after the last step of each
   * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…time
   */
  override forward<S extends Shape>(
    x: Tensor<S & HasFeatures<S, In>>,
    inputs?: RecurrentInputs,
  ): {
    readonly output: Tensor<WithFeatures<S, OutputSize<Hidden, Options>>>;
    readonly hLast: Tensor<StateShape<S, Hidden>>;
  };
  override forward(x: Tensor, inputs: RecurrentInputs = {}): { readonly output: Tensor; readonly hLast: Tensor } {
    checkOptions<RecurrentInputs>(this.#layer, inputs, RECURRENT_INPUTS);
    const { output, hLast } = inCall(this.#layer, () => this.sequence(this.#layer, x, inputs));
    return { output, hLast };
  }

  /**
   * One step of a stream: what `forward` gives step by step, from a state that goes on.
   * @param x (batch, inputSize), or (inputSize) of one sequence
   * @param state what the step before gave, or { h: hLast } of a forward; the initial state if absent
   * @returns `output` (batch, hiddenSize), h of the last layer; `h` (layers, batch, hiddenSize), for the next step
   * @throws ShapeError if sizes differ, ValueError if the layer has two directions
   */
  step<S extends Shape>(
    x: Tensor<S & HasFeatures<S, In>>,
    state?: { readonly h: Tensor },
  ): { readonly output: Tensor<WithFeatures<S, Hidden>>; readonly h: Tensor<StepStateShape<S, Hidden>> };
  step(x: Tensor, state?: { readonly h: Tensor }): { readonly output: Tensor; readonly h: Tensor } {
    const op = `${this.#layer}.step`;
    const states = stepStates(op, state, ["h"]);
    const { output, hLast: h } = inCall(op, () => this.oneStep(op, x, states));
    return { output, h };
  }

  protected override advance(x: Tensor, weights: LstmWeights, { h0 }: States): Passed {
    const h = this.cell(x, h0, weights);
    return { output: h, hLast: h };
  }

  override config(): readonly Argument[] {
    return this.configOf([this.inputSize, this.hiddenSize]);
  }
}
