import {
  assertGenerator,
  assertNumber,
  assertWhole,
  type Check,
  checkedLater,
  checkOptions,
  type Generator,
  oneOf,
  type OptionChecks,
  type Shape,
  type Tensor,
  truthValue,
  ValueError,
} from "@unfoldjs/tensor-core";

/** What RNN, GRU and LSTM layers have in common. */
export interface RecurrentOptions {
  /** Layers one above the other: each reads the outputs of that below. Default 1. */
  readonly numLayers?: number;
  /** Whether each layer runs from the end too, and its outputs are joined along the last axis. Default false. */
  readonly bidirectional?: boolean;
  /** Whether x and output are (batch, time, …) and not (time, batch, …). States stay as they are. Default false. */
  readonly batchFirst?: boolean;
  /** The probability with which outputs of all layers but the last are zeroed while learning. Default 0. */
  readonly dropout?: number;
  /** Whether there are `biasIh` and `biasHh`. Default true. */
  readonly bias?: boolean;
  /** Whether the state before the first step is learned, from zeros on, and not always zeros. Default false. */
  readonly learnInitialState?: boolean;
  /**
   * What `weightHh` starts from: as PyTorch's, or each gate's square an orthogonal matrix of its own (Saxe et al. 2014), by which
   * neither states nor gradients grow or shrink at first. Default "uniform".
   */
  readonly recurrentInit?: "uniform" | "orthogonal";
  /** Of the first values, and of dropout. */
  readonly generator?: Generator;
}

/** No options given: one direction, no projection. */
export interface NoOptions {
  readonly bidirectional?: false;
}

/** Features of a state: the hidden units, as far as the options' type tells. */
export type StateSize<Hidden extends number, Options> = "projSize" extends keyof Options
  ? Options["projSize"] extends 0 | undefined
    ? Hidden
    : Options["projSize"] extends number
      ? Options["projSize"]
      : number
  : Hidden;

/** Features of an output: those of a state, for each direction. */
export type OutputSize<Hidden extends number, Options> = "bidirectional" extends keyof Options
  ? Options["bidirectional"] extends false | undefined
    ? StateSize<Hidden, Options>
    : number
  : StateSize<Hidden, Options>;

/** The shape of last states: (layers · directions, batch, features), without the batch axis if `S`, the shape of x, has none. */
export type StateShape<S extends Shape, Size extends number> = S extends readonly [number, number]
  ? [number, Size]
  : S extends readonly [number, number, number]
    ? [number, number, Size]
    : Shape;

/** The shape of the states after a step: as `StateShape`, of an x without time. */
export type StepStateShape<S extends Shape, Size extends number> = S extends readonly [number]
  ? [number, Size]
  : S extends readonly [number, number]
    ? [number, number, Size]
    : Shape;

/** What a call of a layer can be told beside x. */
export interface RecurrentInputs {
  /** The state before the first step, (layers · directions, batch, features of the state). */
  readonly h0?: Tensor | undefined;
  /** How many steps of each sequence count, (batch): 0 to the time of x. What x holds beyond is never used. */
  readonly lengths?: Tensor<Shape, "i32"> | undefined;
}

/** @throws ValueError unless it is a share, which may be 1 */
export const aShare: Check = (op, name, value) => {
  assertNumber(op, name, value);
  if (value >= 0 && value <= 1) return;
  throw new ValueError(op, { [name]: value }, `${name} must be in [0, 1]`, "it is a share, not a percentage");
};

/** Far above what anyone trains, and few enough to be made before memory is the question. */
const MOST_LAYERS = 10_000;

const aNumberOfLayers: Check = (op, name, value) => {
  assertWhole(op, name, value, 1);
  if (value > MOST_LAYERS) throw new ValueError(op, { [name]: value }, `${name} must be in 1…${MOST_LAYERS}`);
};

export const RECURRENT_OPTIONS: OptionChecks<RecurrentOptions> = {
  numLayers: aNumberOfLayers,
  bidirectional: truthValue,
  batchFirst: truthValue,
  dropout: aShare,
  bias: truthValue,
  learnInitialState: truthValue,
  recurrentInit: /* @__PURE__ */ oneOf("uniform", "orthogonal"),
  generator: assertGenerator,
};

export const RECURRENT_INPUTS: OptionChecks<RecurrentInputs> = { h0: checkedLater, lengths: checkedLater };

/** @throws ValueError unless sizes are whole numbers from 1 up and options are as their checks say */
export function assertMade<Options extends object>(
  layer: string,
  inputSize: unknown,
  hiddenSize: unknown,
  options: Options,
  checks: OptionChecks<Options>,
): void {
  assertWhole(layer, "inputSize", inputSize, 1);
  assertWhole(layer, "hiddenSize", hiddenSize, 1);
  checkOptions(layer, options, checks);
}
