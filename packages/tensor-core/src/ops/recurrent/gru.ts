import * as codes from "../../../wasm/codes.js";
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

interface StepAttributes {
  readonly resetAfter: boolean;
}
interface Attributes extends StepAttributes {
  readonly reverse: boolean;
}

/** r, z, n. */
const GATES = 3;
/** The gates, and Wₕₕ h + b of n or r ⊙ h. */
const SAVED = 4;
const KEEPS: Keeps = { gates: SAVED, cells: false };

type GruInputs = ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?", "lengths?"];
type GruResults = {
  readonly output: typeof PUBLIC;
  readonly hLast: typeof PUBLIC;
  /** r, z, n of each unit, and Wₕₕ h + b of n, or r ⊙ h if that was multiplied. */
  readonly gates: typeof FOR_GRADIENT;
};

const gruOp: KernelOp<"gru", GruInputs, Attributes, GruResults> = defineOp(
  "gru",
  ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?", "lengths?"],
  {
    results: { output: PUBLIC, hLast: PUBLIC, gates: FOR_GRADIENT },
    shape: (inputs) => {
      const { lead, batch, hidden } = sizesOf("gru", GATES, inputs, false);
      return { output: [...lead, hidden], hLast: [batch, hidden], gates: [...lead, SAVED * hidden] };
    },
    check: ({ x, lengths }) => assertLengths("gru", lengths, x.shape[0] ?? 0),
    multiplyAdds: (inputs) => recurrentMultiplyAdds(sizesOf("gru", GATES, inputs, false), GATES, false),
    run: (inputs, out, { resetAfter, reverse }) => {
      runRecurrent("gru", codeOf(resetAfter), inputs, sizesOf("gru", GATES, inputs, false), reverse, out);
    },
  },
);

function codeOf(resetAfter: boolean): codes.Recurrence {
  return resetAfter ? codes.Recurrence.GruResetAfter : codes.Recurrence.GruResetBefore;
}

/** How a GRU runs. */
export interface GruOptions extends SequenceOptions {
  /** Whether r is applied after h was multiplied, as in PyTorch, or before, as in Cho et al. Default true. */
  readonly resetAfter?: boolean | undefined;
}

/**
 * A gated recurrent unit (Cho et al. 2014) over a whole sequence. With σ the sigmoid,
 *
 *     r = σ(Wᵢᵣ x + bᵢᵣ + Wₕᵣ h + bₕᵣ)
 *     z = σ(Wᵢ_z x + bᵢ_z + Wₕ_z h + bₕ_z)
 *     n = tanh(Wᵢₙ x + bᵢₙ + r ⊙ (Wₕₙ h + bₕₙ))
 *     h' = (1 − z) ⊙ n + z ⊙ h
 *
 * as in PyTorch; with `resetAfter: false`, n = tanh(Wᵢₙ x + bᵢₙ + Wₕₙ (r ⊙ h) + bₕₙ), as in the paper and Keras'
 * `reset_after=False`.
 *
 * @param x (time, batch, features), f32
 * @param weights r, z, n: weightIh (3 · hidden, features), weightHh (3 · hidden, hidden), biases (3 · hidden)
 * @returns `output` (time, batch, hidden), h of each step; `hLast` (batch, hidden), that of the last step to run
 * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…time, DTypeError unless all are f32, lengths i32
 */
export function gru(
  x: Tensor<Shape>,
  weights: RecurrentWeights,
  options: GruOptions = {},
): { readonly output: Tensor<Shape>; readonly hLast: Tensor<Shape> } {
  assertWeights("gru", weights);
  checkOptions<GruOptions>("gru", options, {
    h0: checkedLater,
    lengths: checkedLater,
    reverse: truthValue,
    resetAfter: truthValue,
  });
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const { h0, lengths, reverse = false, resetAfter = true } = options;
  const inputs = { x, weightIh, weightHh, biasIh, biasHh, h0, lengths };
  return apply(gruOp, inputs, { resetAfter, reverse }) as ReturnType<typeof gru>;
}

type CellInputs = ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?"];
type CellResults = { readonly h: typeof PUBLIC; readonly gates: typeof FOR_GRADIENT };

const gruCellOp: KernelOp<"gruCell", CellInputs, StepAttributes, CellResults> = defineOp(
  "gruCell",
  ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?"],
  {
    results: { h: PUBLIC, gates: FOR_GRADIENT },
    shape: (inputs) => {
      const { batch, hidden } = sizesOf("gruCell", GATES, inputs, true);
      return { h: [batch, hidden], gates: [batch, SAVED * hidden] };
    },
    multiplyAdds: (inputs) => recurrentMultiplyAdds(sizesOf("gruCell", GATES, inputs, true), GATES, false),
    run: (inputs, { h, gates }, { resetAfter }) => {
      const sizes = sizesOf("gruCell", GATES, inputs, true);
      runRecurrent("gruCell", codeOf(resetAfter), inputs, sizes, false, { output: h, gates });
    },
  },
);

/**
 * One step of `gru`, for streams and decoders.
 *
 * @param x (batch, features) @param h0 (batch, hidden), the state before; zeros if undefined
 * @returns (batch, hidden), the state after
 * @throws ShapeError if sizes differ, DTypeError unless all are f32
 */
export function gruCell(
  x: Tensor<Shape>,
  h0: Tensor<Shape> | undefined,
  weights: RecurrentWeights,
  options: { readonly resetAfter?: boolean | undefined } = {},
): Tensor<Shape> {
  assertWeights("gruCell", weights);
  checkOptions("gruCell", options, { resetAfter: truthValue });
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const inputs = { x, weightIh, weightHh, biasIh, biasHh, h0 };
  return apply(gruCellOp, inputs, { resetAfter: options.resetAfter ?? true }).h as Tensor<Shape>;
}

type GradientInputs = ["output", "weightHh", "gates", "h0?", "lengths?", "dOutput?", "dHLast?"];
type GradientResults = {
  readonly gates: typeof PUBLIC;
  readonly stateGates: typeof PUBLIC;
  readonly h0: typeof ON_REQUEST;
};

const gruGradientOp: KernelOp<"gruGradient", GradientInputs, Attributes, GradientResults> = defineOp(
  "gruGradient",
  ["output", "weightHh", "gates", "h0?", "lengths?", "dOutput?", "dHLast?"],
  {
    results: { gates: PUBLIC, stateGates: PUBLIC, h0: ON_REQUEST },
    shape: (inputs, { resetAfter }) => {
      const { lead, batch, hidden } = gradientSizesOf("gruGradient", GATES, KEEPS, inputs);
      const gates = [...lead, GATES * hidden];
      return { gates, stateGates: resetAfter ? gates : [0], h0: [batch, hidden] };
    },
    multiplyAdds: (inputs) => recurrentMultiplyAdds(gradientSizesOf("gruGradient", GATES, KEEPS, inputs), GATES, false),
    run: (inputs, out, { resetAfter, reverse }) => {
      const sizes = gradientSizesOf("gruGradient", GATES, KEEPS, inputs);
      const to = resetAfter ? out : { gates: out.gates, h0: out.h0 };
      runRecurrentGradient("gruGradient", codeOf(resetAfter), inputs, sizes, reverse, to);
    },
  },
);

/**
 * The gradient of `gru` or `gruCell` back through time: of the sums that go into r, z and n, of which those of inputs and
 * weights are products, and of `h0` if asked for.
 * @param forward what the forward had and gave; `output` (time, batch, hidden), or (batch, hidden) of a step
 * @param gradients of the forward's results, as far as there are
 * @returns `gates`, and `stateGates`: of their parts that come from the state, which are others if r is applied after, and
 * else empty
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32, lengths i32
 */
export function gruGradient<const Asked extends "h0">(
  asked: readonly Asked[],
  forward: {
    readonly output: Tensor<Shape>;
    readonly weightHh: Tensor<Shape>;
    readonly gates: Tensor<Shape>;
    readonly h0?: Tensor<Shape> | undefined;
    readonly lengths?: Tensor<Shape, "i32"> | undefined;
  },
  gradients: { readonly dOutput?: Tensor<Shape> | undefined; readonly dHLast?: Tensor<Shape> | undefined },
  attributes: Attributes,
): GradientsOf<"gates" | "stateGates" | Asked> {
  assertGradientOperands("gruGradient", asked, ["h0"], { forward, gradients, attributes });
  const { output, weightHh, gates, h0, lengths } = forward;
  const inputs = { output, weightHh, gates, h0, lengths, dOutput: gradients.dOutput, dHLast: gradients.dHLast };
  return apply(gruGradientOp, inputs, attributes, asked) as GradientsOf<"gates" | "stateGates" | Asked>;
}

export const gruOps: { gru: typeof gruOp; gruCell: typeof gruCellOp; gruGradient: typeof gruGradientOp } = {
  gru: gruOp,
  gruCell: gruCellOp,
  gruGradient: gruGradientOp,
};
