import { type Argument, givenOptions, Module, type Parameter } from "@unfoldjs/nn";
import {
  assertGenerator,
  assertTensor,
  type Generator,
  gruCell,
  type HasFeatures,
  inCall,
  lstmCell,
  type LstmWeights,
  type Nonlinearity,
  oneOf,
  type OptionChecks,
  rnnCell,
  type Shape,
  ShapeError,
  type Tensor,
  truthValue,
  type WithFeatures,
} from "@unfoldjs/tensor-core";
import { assertMade } from "./options.ts";
import { stepStates } from "./step-states.ts";
import { type DirectionWeights, firstWeights } from "./weights.ts";

/** What the cells have in common. */
export interface CellOptions {
  /** Whether there are `biasIh` and `biasHh`. Default true. */
  readonly bias?: boolean;
  /** What `weightHh` starts from; see `RecurrentOptions`. Default "uniform". */
  readonly recurrentInit?: "uniform" | "orthogonal";
  /** Of the first values. */
  readonly generator?: Generator;
}

const CELL_OPTIONS: OptionChecks<CellOptions> = {
  bias: truthValue,
  recurrentInit: /* @__PURE__ */ oneOf("uniform", "orthogonal"),
  generator: assertGenerator,
};

/** Weights by PyTorch's names, `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, and the axes of x and states. */
abstract class Cell<In extends number, Hidden extends number> extends Module {
  readonly inputSize: In;
  readonly hiddenSize: Hidden;
  readonly weightIh: Parameter;
  readonly weightHh: Parameter;
  readonly biasIh: Parameter | undefined;
  readonly biasHh: Parameter | undefined;
  private readonly options: CellOptions;

  constructor(layer: string, gates: number, inputSize: In, hiddenSize: Hidden, options: CellOptions) {
    super();
    const { bias = true, recurrentInit = "uniform", generator } = options;
    const first: DirectionWeights = firstWeights(
      layer,
      { gates, inputSize, hiddenSize },
      { bias, recurrentInit, generator },
    );
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weightIh = first.weightIh;
    this.weightHh = first.weightHh;
    this.biasIh = first.biasIh;
    this.biasHh = first.biasHh;
    this.options = options;
  }

  protected get weights(): LstmWeights {
    const { weightIh, weightHh, biasIh, biasHh } = this;
    return { weightIh, weightHh, biasIh, biasHh };
  }

  /** Runs `one` with batch axes, which its results lose if x has none. @throws ShapeError unless sizes fit */
  protected batched(
    layer: string,
    x: Tensor,
    states: Readonly<Record<string, Tensor | undefined>>,
    one: (x: Tensor, ...states: readonly (Tensor | undefined)[]) => readonly Tensor[],
  ): readonly Tensor[] {
    assertTensor(layer, "x", x);
    const { inputSize, hiddenSize } = this;
    if ((x.rank !== 1 && x.rank !== 2) || x.shape.at(-1) !== inputSize) {
      throw new ShapeError(layer, { x: x.shape }, `x must be (batch, ${inputSize}), or (${inputSize}) without a batch`);
    }
    const wanted = [...x.shape.slice(0, -1), hiddenSize];
    for (const [name, state] of Object.entries(states)) {
      if (state === undefined) continue;
      assertTensor(layer, name, state);
      if (state.rank === wanted.length && wanted.every((size, axis) => state.shape[axis] === size)) continue;
      throw new ShapeError(layer, { x: x.shape, [name]: state.shape }, `${name} must be [${wanted.join(", ")}]`);
    }
    const given = Object.values(states);
    return inCall(layer, () =>
      x.rank === 2
        ? one(x, ...given)
        : one(x.unsqueeze(0), ...given.map((state) => state?.unsqueeze(0))).map((result) => result.squeeze(0)),
    );
  }

  override config(): readonly Argument[] {
    const { recurrentInit: _, ...options } = this.options;
    return [this.inputSize, this.hiddenSize, ...givenOptions(options)];
  }
}

export interface RNNCellOptions extends CellOptions {
  /** Default "tanh". */
  readonly nonlinearity?: Nonlinearity;
}

/** One step of a plain recurrent net; see `RNN`. */
export class RNNCell<In extends number = number, Hidden extends number = number> extends Cell<In, Hidden> {
  static override readonly name: string = "RNNCell";
  readonly nonlinearity: Nonlinearity;

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(inputSize: In, hiddenSize: Hidden, options: RNNCellOptions = {}) {
    assertMade<RNNCellOptions>("RNNCell", inputSize, hiddenSize, options, RNN_OPTIONS);
    super("RNNCell", 1, inputSize, hiddenSize, options);
    this.nonlinearity = options.nonlinearity ?? "tanh";
  }

  /**
   * @param x (batch, inputSize), or (inputSize) @param h the state before, (batch, hiddenSize), or (hiddenSize); zeros if absent
   * @returns the state after
   * @throws ShapeError if sizes differ
   */
  override forward<S extends Shape>(x: Tensor<S & HasFeatures<S, In>>, h?: Tensor): Tensor<WithFeatures<S, Hidden>>;
  override forward(x: Tensor, h?: Tensor): Tensor {
    const [after] = this.batched("RNNCell", x, { h }, (batch, h0) => [
      rnnCell(batch, h0, this.weights, { nonlinearity: this.nonlinearity }),
    ]);
    return after as Tensor;
  }
}

const RNN_OPTIONS: OptionChecks<RNNCellOptions> = {
  ...CELL_OPTIONS,
  nonlinearity: /* @__PURE__ */ oneOf("tanh", "relu"),
};

export interface GRUCellOptions extends CellOptions {
  /** Whether r is applied after h was multiplied, as in PyTorch, or before. Default true. */
  readonly resetAfter?: boolean;
}

/** One step of gated recurrent units; see `GRU`. */
export class GRUCell<In extends number = number, Hidden extends number = number> extends Cell<In, Hidden> {
  static override readonly name: string = "GRUCell";
  readonly resetAfter: boolean;

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(inputSize: In, hiddenSize: Hidden, options: GRUCellOptions = {}) {
    assertMade<GRUCellOptions>("GRUCell", inputSize, hiddenSize, options, GRU_OPTIONS);
    super("GRUCell", 3, inputSize, hiddenSize, options);
    this.resetAfter = options.resetAfter ?? true;
  }

  /**
   * @param x (batch, inputSize), or (inputSize) @param h the state before, (batch, hiddenSize), or (hiddenSize); zeros if absent
   * @returns the state after
   * @throws ShapeError if sizes differ
   */
  override forward<S extends Shape>(x: Tensor<S & HasFeatures<S, In>>, h?: Tensor): Tensor<WithFeatures<S, Hidden>>;
  override forward(x: Tensor, h?: Tensor): Tensor {
    const [after] = this.batched("GRUCell", x, { h }, (batch, h0) => [
      gruCell(batch, h0, this.weights, { resetAfter: this.resetAfter }),
    ]);
    return after as Tensor;
  }
}

const GRU_OPTIONS: OptionChecks<GRUCellOptions> = { ...CELL_OPTIONS, resetAfter: truthValue };

/** One step of long short-term memory; see `LSTM`. */
export class LSTMCell<In extends number = number, Hidden extends number = number> extends Cell<In, Hidden> {
  static override readonly name: string = "LSTMCell";

  /** @throws ValueError unless sizes are whole numbers from 1 up */
  constructor(inputSize: In, hiddenSize: Hidden, options: CellOptions = {}) {
    assertMade<CellOptions>("LSTMCell", inputSize, hiddenSize, options, CELL_OPTIONS);
    super("LSTMCell", 4, inputSize, hiddenSize, options);
  }

  /**
   * @param x (batch, inputSize), or (inputSize)
   * @param state h and c before, each (batch, hiddenSize), or (hiddenSize); zeros if absent
   * @returns h and c after
   * @throws ShapeError if sizes differ
   */
  override forward<S extends Shape>(
    x: Tensor<S & HasFeatures<S, In>>,
    state?: { readonly h: Tensor; readonly c: Tensor },
  ): { readonly h: Tensor<WithFeatures<S, Hidden>>; readonly c: Tensor<WithFeatures<S, Hidden>> };
  override forward(
    x: Tensor,
    state?: { readonly h: Tensor; readonly c: Tensor },
  ): {
    readonly h: Tensor;
    readonly c: Tensor;
  } {
    const { h0, c0 } = stepStates("LSTMCell", state, ["h", "c"]);
    const [h, c] = this.batched("LSTMCell", x, { "state.h": h0, "state.c": c0 }, (batch, before, cells) => {
      const after = lstmCell(batch, { h0: before, c0: cells }, this.weights);
      return [after.h, after.c];
    });
    return { h: h as Tensor, c: c as Tensor };
  }
}
