import * as codes from "../../../wasm/codes.js";
import { assertRecord } from "../../arguments/checks.ts";
import { checkedLater, checkOptions, truthValue } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { FOR_GRADIENT, ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertGradientOperands, type GradientsOf } from "./gradient-operands.ts";
import { gradientSizesOf, type Keeps } from "./gradient-sizes.ts";
import { recurrentMultiplyAdds, runRecurrent, runRecurrentGradient } from "./run.ts";
import { assertLengths, sizesOf } from "./sizes.ts";
import { assertWeights, type RecurrentWeights, type SequenceOptions } from "./weights.ts";

interface Attributes {
  readonly reverse: boolean;
}

/** i, f, g, o. */
const GATES = 4;
const KEEPS: Keeps = { gates: GATES, cells: true };

type LstmInputs = ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "weightHr?", "h0?", "c0?", "lengths?"];
type LstmResults = {
  readonly output: typeof PUBLIC;
  readonly hLast: typeof PUBLIC;
  readonly cLast: typeof PUBLIC;
  /** i, f, g, o of each unit and step. */
  readonly gates: typeof FOR_GRADIENT;
  /** c of each step. */
  readonly cells: typeof FOR_GRADIENT;
  /** What is projected, at each step; empty without a projection. */
  readonly hidden: typeof FOR_GRADIENT;
};

const lstmOp: KernelOp<"lstm", LstmInputs, Attributes, LstmResults> = defineOp(
  "lstm",
  ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "weightHr?", "h0?", "c0?", "lengths?"],
  {
    results: {
      output: PUBLIC,
      hLast: PUBLIC,
      cLast: PUBLIC,
      gates: FOR_GRADIENT,
      cells: FOR_GRADIENT,
      hidden: FOR_GRADIENT,
    },
    shape: (inputs) => {
      const { lead, batch, hidden, state } = sizesOf("lstm", GATES, inputs, false);
      return {
        output: [...lead, state],
        hLast: [batch, state],
        cLast: [batch, hidden],
        gates: [...lead, GATES * hidden],
        cells: [...lead, hidden],
        hidden: inputs.weightHr === undefined ? [0] : [...lead, hidden],
      };
    },
    check: ({ x, lengths }) => assertLengths("lstm", lengths, x.shape[0] ?? 0),
    multiplyAdds: (inputs) => lstmMultiplyAdds("lstm", inputs, false),
    run: (inputs, out, { reverse }) => {
      const to = inputs.weightHr === undefined ? { ...out, hidden: undefined } : out;
      runRecurrent("lstm", codes.Recurrence.Lstm, inputs, sizesOf("lstm", GATES, inputs, false), reverse, to);
    },
  },
);

function lstmMultiplyAdds(op: string, inputs: Parameters<typeof sizesOf>[2], isStep: boolean): number {
  return recurrentMultiplyAdds(sizesOf(op, GATES, inputs, isStep), GATES, inputs.weightHr !== undefined);
}

/** The weights of an LSTM: i, f, g, o one below the other. */
export interface LstmWeights extends RecurrentWeights {
  /** (the features of the state, hidden): h is projected by it, and weightHh is (4 · hidden, the features of the state). */
  readonly weightHr?: Tensor<Shape> | undefined;
}

/** How an LSTM runs. */
export interface LstmOptions extends SequenceOptions {
  /** The cells before the first step, (batch, hidden). Zeros if absent. */
  readonly c0?: Tensor<Shape> | undefined;
}

/**
 * A long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000) over a whole sequence.
 * With σ the sigmoid,
 *
 *     i, f, o = σ(Wᵢₕ x + bᵢₕ + Wₕₕ h + bₕₕ), each by its own rows of the weights
 *     g = tanh(Wᵢₕ x + bᵢₕ + Wₕₕ h + bₕₕ), by its own
 *     c' = f ⊙ c + i ⊙ g
 *     h' = o ⊙ tanh(c'), or Wₕᵣ (o ⊙ tanh(c')) if it is projected (Sak et al. 2014)
 *
 * @param x (time, batch, features), f32
 * @param weights i, f, g, o: weightIh (4 · hidden, features), weightHh (4 · hidden, state), biases (4 · hidden), and weightHr
 * (state, hidden) for a projection; without one the state is of the size `hidden`
 * @returns `output` (time, batch, state), h of each step; `hLast` (batch, state) and `cLast` (batch, hidden), those of the
 * last step to run
 * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…time, DTypeError unless all are f32, lengths i32
 */
export function lstm(
  x: Tensor<Shape>,
  weights: LstmWeights,
  options: LstmOptions = {},
): { readonly output: Tensor<Shape>; readonly hLast: Tensor<Shape>; readonly cLast: Tensor<Shape> } {
  assertWeights("lstm", weights);
  checkOptions<LstmOptions>("lstm", options, {
    h0: checkedLater,
    c0: checkedLater,
    lengths: checkedLater,
    reverse: truthValue,
  });
  const { weightIh, weightHh, biasIh, biasHh, weightHr } = weights;
  const { h0, c0, lengths, reverse = false } = options;
  const inputs = { x, weightIh, weightHh, biasIh, biasHh, weightHr, h0, c0, lengths };
  return apply(lstmOp, inputs, { reverse }) as ReturnType<typeof lstm>;
}

type CellInputs = ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "weightHr?", "h0?", "c0?"];
type CellResults = {
  readonly h: typeof PUBLIC;
  readonly c: typeof PUBLIC;
  readonly gates: typeof FOR_GRADIENT;
  readonly hidden: typeof FOR_GRADIENT;
};

const lstmCellOp: KernelOp<"lstmCell", CellInputs, void, CellResults> = defineOp(
  "lstmCell",
  ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "weightHr?", "h0?", "c0?"],
  {
    results: { h: PUBLIC, c: PUBLIC, gates: FOR_GRADIENT, hidden: FOR_GRADIENT },
    shape: (inputs) => {
      const { batch, hidden, state } = sizesOf("lstmCell", GATES, inputs, true);
      const isProjected = inputs.weightHr !== undefined;
      return {
        h: [batch, state],
        c: [batch, hidden],
        gates: [batch, GATES * hidden],
        hidden: isProjected ? [batch, hidden] : [0],
      };
    },
    multiplyAdds: (inputs) => lstmMultiplyAdds("lstmCell", inputs, true),
    run: (inputs, { h, c, gates, hidden }) => {
      const sizes = sizesOf("lstmCell", GATES, inputs, true);
      const to = { output: h, cells: c, gates, hidden: inputs.weightHr === undefined ? undefined : hidden };
      runRecurrent("lstmCell", codes.Recurrence.Lstm, inputs, sizes, false, to);
    },
  },
);

/**
 * One step of `lstm`, for streams and decoders.
 *
 * @param x (batch, features)
 * @param state `h0` (batch, state) and `c0` (batch, hidden), those before; zeros where undefined
 * @returns `h` (batch, state) and `c` (batch, hidden), those after
 * @throws ShapeError if sizes differ, DTypeError unless all are f32
 */
export function lstmCell(
  x: Tensor<Shape>,
  state: { readonly h0?: Tensor<Shape> | undefined; readonly c0?: Tensor<Shape> | undefined },
  weights: LstmWeights,
): { readonly h: Tensor<Shape>; readonly c: Tensor<Shape> } {
  assertRecord("lstmCell", "state", state, "a record: { h0, c0 }");
  checkOptions("lstmCell", state, { h0: checkedLater, c0: checkedLater });
  assertWeights("lstmCell", weights);
  const { weightIh, weightHh, biasIh, biasHh, weightHr } = weights;
  const inputs = { x, weightIh, weightHh, biasIh, biasHh, weightHr, h0: state.h0, c0: state.c0 };
  return apply(lstmCellOp, inputs, undefined) as ReturnType<typeof lstmCell>;
}

type GradientInputs = [
  "output",
  "weightHh",
  "gates",
  "cells",
  "weightHr?",
  "c0?",
  "lengths?",
  "dOutput?",
  "dHLast?",
  "dCLast?",
];
type GradientResults = {
  readonly gates: typeof PUBLIC;
  readonly projected: typeof PUBLIC;
  readonly h0: typeof ON_REQUEST;
  readonly c0: typeof ON_REQUEST;
};

const lstmGradientOp: KernelOp<"lstmGradient", GradientInputs, Attributes, GradientResults> = defineOp(
  "lstmGradient",
  ["output", "weightHh", "gates", "cells", "weightHr?", "c0?", "lengths?", "dOutput?", "dHLast?", "dCLast?"],
  {
    results: { gates: PUBLIC, projected: PUBLIC, h0: ON_REQUEST, c0: ON_REQUEST },
    shape: (inputs) => {
      const { lead, batch, hidden, state } = gradientSizesOf("lstmGradient", GATES, KEEPS, inputs);
      return {
        gates: [...lead, GATES * hidden],
        projected: inputs.weightHr === undefined ? [0] : [...lead, state],
        h0: [batch, state],
        c0: [batch, hidden],
      };
    },
    multiplyAdds: (inputs) => {
      const sizes = gradientSizesOf("lstmGradient", GATES, KEEPS, inputs);
      return recurrentMultiplyAdds(sizes, GATES, inputs.weightHr !== undefined);
    },
    run: (inputs, out, { reverse }) => {
      const sizes = gradientSizesOf("lstmGradient", GATES, KEEPS, inputs);
      const to = inputs.weightHr === undefined ? { ...out, projected: undefined } : out;
      runRecurrentGradient("lstmGradient", codes.Recurrence.Lstm, inputs, sizes, reverse, to);
    },
  },
);

/**
 * The gradient of `lstm` or `lstmCell` back through time: of the sums that go into i, f, g and o, of which those of inputs
 * and weights are products, and of `h0` and `c0` if asked for.
 * @param forward what the forward had and gave; `output` (time, batch, state), or (batch, state) of a step
 * @param gradients of the forward's results, as far as there are
 * @returns `gates`, and `projected`: of the states that were projected, empty if none were
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32, lengths i32
 */
export function lstmGradient<const Asked extends "h0" | "c0">(
  asked: readonly Asked[],
  forward: {
    readonly output: Tensor<Shape>;
    readonly weightHh: Tensor<Shape>;
    readonly gates: Tensor<Shape>;
    readonly cells: Tensor<Shape>;
    readonly weightHr?: Tensor<Shape> | undefined;
    readonly c0?: Tensor<Shape> | undefined;
    readonly lengths?: Tensor<Shape, "i32"> | undefined;
  },
  gradients: {
    readonly dOutput?: Tensor<Shape> | undefined;
    readonly dHLast?: Tensor<Shape> | undefined;
    readonly dCLast?: Tensor<Shape> | undefined;
  },
  attributes: Attributes,
): GradientsOf<"gates" | "projected" | Asked> {
  assertGradientOperands("lstmGradient", asked, ["h0", "c0"], { forward, gradients, attributes });
  const { output, weightHh, gates, cells, weightHr, c0, lengths } = forward;
  const { dOutput, dHLast, dCLast } = gradients;
  const inputs = { output, weightHh, gates, cells, weightHr, c0, lengths, dOutput, dHLast, dCLast };
  return apply(lstmGradientOp, inputs, attributes, asked) as GradientsOf<"gates" | "projected" | Asked>;
}

export const lstmOps: { lstm: typeof lstmOp; lstmCell: typeof lstmCellOp; lstmGradient: typeof lstmGradientOp } = {
  lstm: lstmOp,
  lstmCell: lstmCellOp,
  lstmGradient: lstmGradientOp,
};
