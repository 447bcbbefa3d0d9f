import * as codes from "../../../wasm/codes.js";
import { checkedLater, checkOptions, oneOf, truthValue } from "../../arguments/options.ts";
import { apply } from "../../dispatch/dispatch.ts";
import { defineOp, type KernelOp } from "../../dispatch/op.ts";
import { ON_REQUEST, PUBLIC } from "../../dispatch/results.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { gradientSizesOf, type Keeps } from "./gradient-sizes.ts";
import { recurrentMultiplyAdds, runRecurrent, runRecurrentGradient } from "./run.ts";
import { assertLengths, sizesOf } from "./sizes.ts";
import { assertGradientOperands, type GradientsOf } from "./gradient-operands.ts";
import { assertWeights, type RecurrentWeights, type SequenceOptions } from "./weights.ts";

/** What follows the sums of a plain recurrent net. */
export type Nonlinearity = "tanh" | "relu";

interface StepAttributes {
  readonly nonlinearity: Nonlinearity;
}
interface Attributes extends StepAttributes {
  readonly reverse: boolean;
}

type RnnInputs = ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?", "lengths?"];
type RnnResults = { readonly output: typeof PUBLIC; readonly hLast: typeof PUBLIC };

const rnnOp: KernelOp<"rnn", RnnInputs, Attributes, RnnResults> = defineOp(
  "rnn",
  ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?", "lengths?"],
  {
    results: { output: PUBLIC, hLast: PUBLIC },
    shape: (inputs) => {
      const { lead, batch, hidden } = sizesOf("rnn", 1, inputs, false);
      return { output: [...lead, hidden], hLast: [batch, hidden] };
    },
    check: ({ x, lengths }) => assertLengths("rnn", lengths, x.shape[0] ?? 0),
    multiplyAdds: (inputs) => recurrentMultiplyAdds(sizesOf("rnn", 1, inputs, false), 1, false),
    run: (inputs, out, { nonlinearity, reverse }) => {
      runRecurrent("rnn", codeOf(nonlinearity), inputs, sizesOf("rnn", 1, inputs, false), reverse, out);
    },
  },
);

function codeOf(nonlinearity: Nonlinearity): codes.Recurrence {
  return nonlinearity === "relu" ? codes.Recurrence.Relu : codes.Recurrence.Tanh;
}

/** How a plain recurrent net runs. */
export interface RnnOptions extends SequenceOptions {
  /** Default "tanh". */
  readonly nonlinearity?: Nonlinearity | undefined;
}

/**
 * A plain recurrent net (Elman 1990) over a whole sequence: h⟨t⟩ = tanh(Wᵢₕ x⟨t⟩ + bᵢₕ + Wₕₕ h⟨t−1⟩ + bₕₕ), or relu in
 * place of tanh.
 *
 * @param x (time, batch, features), f32 @param weights of one gate: weightIh (hidden, features), weightHh (hidden, hidden)
 * @returns `output` (time, batch, hidden), h of each step; `hLast` (batch, hidden), that of the last step to run
 * @throws ShapeError if sizes differ, IndexError on a length that is not in 0…time, DTypeError unless all are f32, lengths i32
 */
export function rnn(
  x: Tensor<Shape>,
  weights: RecurrentWeights,
  options: RnnOptions = {},
): { readonly output: Tensor<Shape>; readonly hLast: Tensor<Shape> } {
  assertWeights("rnn", weights);
  checkOptions<RnnOptions>("rnn", options, {
    h0: checkedLater,
    lengths: checkedLater,
    reverse: truthValue,
    nonlinearity: oneOf("tanh", "relu"),
  });
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const { h0, lengths, reverse = false, nonlinearity = "tanh" } = options;
  const inputs = { x, weightIh, weightHh, biasIh, biasHh, h0, lengths };
  return apply(rnnOp, inputs, { nonlinearity, reverse }) as ReturnType<typeof rnn>;
}

type CellInputs = ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?"];

const rnnCellOp: KernelOp<"rnnCell", CellInputs, StepAttributes> = defineOp(
  "rnnCell",
  ["x", "weightIh", "weightHh", "biasIh?", "biasHh?", "h0?"],
  {
    shape: (inputs) => {
      const { batch, hidden } = sizesOf("rnnCell", 1, inputs, true);
      return [batch, hidden];
    },
    multiplyAdds: (inputs) => recurrentMultiplyAdds(sizesOf("rnnCell", 1, inputs, true), 1, false),
    run: (inputs, output, { nonlinearity }) => {
      const sizes = sizesOf("rnnCell", 1, inputs, true);
      runRecurrent("rnnCell", codeOf(nonlinearity), inputs, sizes, false, { output });
    },
  },
);

/**
 * One step of `rnn`, for streams and decoders.
 *
 * @param x (batch, features) @param h0 (batch, hidden), the state before; zeros if undefined
 * @returns (batch, hidden), the state after
 * @throws ShapeError if sizes differ, DTypeError unless all are f32
 */
export function rnnCell(
  x: Tensor<Shape>,
  h0: Tensor<Shape> | undefined,
  weights: RecurrentWeights,
  options: { readonly nonlinearity?: Nonlinearity | undefined } = {},
): Tensor<Shape> {
  assertWeights("rnnCell", weights);
  checkOptions("rnnCell", options, { nonlinearity: oneOf("tanh", "relu") });
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const inputs = { x, weightIh, weightHh, biasIh, biasHh, h0 };
  return apply(rnnCellOp, inputs, { nonlinearity: options.nonlinearity ?? "tanh" }) as Tensor<Shape>;
}

const KEEPS: Keeps = { gates: 0, cells: false };

type GradientInputs = ["output", "weightHh", "lengths?", "dOutput?", "dHLast?"];
type GradientResults = { readonly gates: typeof PUBLIC; readonly h0: typeof ON_REQUEST };

const rnnGradientOp: KernelOp<"rnnGradient", GradientInputs, Attributes, GradientResults> = defineOp(
  "rnnGradient",
  ["output", "weightHh", "lengths?", "dOutput?", "dHLast?"],
  {
    results: { gates: PUBLIC, h0: ON_REQUEST },
    shape: (inputs) => {
      const { lead, batch, hidden } = gradientSizesOf("rnnGradient", 1, KEEPS, inputs);
      return { gates: [...lead, hidden], h0: [batch, hidden] };
    },
    multiplyAdds: (inputs) => recurrentMultiplyAdds(gradientSizesOf("rnnGradient", 1, KEEPS, inputs), 1, false),
    run: (inputs, out, { nonlinearity, reverse }) => {
      const sizes = gradientSizesOf("rnnGradient", 1, KEEPS, inputs);
      runRecurrentGradient("rnnGradient", codeOf(nonlinearity), inputs, sizes, reverse, out);
    },
  },
);

/**
 * The gradient of `rnn` or `rnnCell` back through time: of the sums that go into tanh or relu, of which those of inputs and
 * weights are products, and of `h0` if asked for.
 * @param forward what the forward had and gave; `output` (time, batch, hidden), or (batch, hidden) of a step
 * @param gradients of the forward's results, as far as there are
 * @throws ShapeError if shapes do not fit, DTypeError unless all are f32, lengths i32
 */
export function rnnGradient<const Asked extends "h0">(
  asked: readonly Asked[],
  forward: {
    readonly output: Tensor<Shape>;
    readonly weightHh: Tensor<Shape>;
    readonly lengths?: Tensor<Shape, "i32"> | undefined;
  },
  gradients: { readonly dOutput?: Tensor<Shape> | undefined; readonly dHLast?: Tensor<Shape> | undefined },
  attributes: Attributes,
): GradientsOf<"gates" | Asked> {
  assertGradientOperands("rnnGradient", asked, ["h0"], { forward, gradients, attributes });
  const { output, weightHh, lengths } = forward;
  const inputs = { output, weightHh, lengths, dOutput: gradients.dOutput, dHLast: gradients.dHLast };
  return apply(rnnGradientOp, inputs, attributes, asked) as GradientsOf<"gates" | Asked>;
}

export const rnnOps: { rnn: typeof rnnOp; rnnCell: typeof rnnCellOp; rnnGradient: typeof rnnGradientOp } = {
  rnn: rnnOp,
  rnnCell: rnnCellOp,
  rnnGradient: rnnGradientOp,
};
