import { linear, type Nonlinearity, rnnGradient, type rnnOps, type Tensor } from "@unfoldjs/tensor-core";
import { fused, type Named, refused, type RowsOf, type Some, together, type Wanted } from "../../row/row.ts";
import { type Facts, lengthsOf, saves, throughGates } from "./gates.ts";
import { stateWeightGradient } from "./products.ts";
import { stateBefore, unrolled } from "./unrolled.ts";

interface StepAttributes {
  readonly nonlinearity: Nonlinearity;
}
interface Attributes extends StepAttributes {
  readonly reverse: boolean;
}
type Input = "x" | "weightIh" | "weightHh" | "biasIh" | "biasHh" | "h0";

export const rnnRules: RowsOf<typeof rnnOps> = {
  rnn: fused(
    together(
      saves("output", "weightHh", "lengths"),
      (dys: Some<"output" | "hLast">, saved, facts: Facts<Attributes>, wanted) =>
        pull(dys, saved.output as Tensor, saved, facts, facts.attributes, wanted),
    ),
    (inputs: Some, { nonlinearity, reverse }: Attributes) => {
      const before = [stateBefore(inputs)] as const;
      const { output, last } = unrolled(inputs, reverse, before, (x, [h]) => [step(x, h, inputs, nonlinearity)]);
      return { output, hLast: last[0] };
    },
  ),
  rnnCell: fused(
    together(saves("y", "weightHh"), (dy: Tensor, saved, facts: Facts<StepAttributes>, wanted) =>
      pull({ output: dy }, saved.y as Tensor, saved, facts, { ...facts.attributes, reverse: false }, wanted),
    ),
    (inputs: Some, { nonlinearity }: StepAttributes) =>
      step(inputs["x"] as Tensor, stateBefore(inputs), inputs, nonlinearity),
  ),
  rnnGradient: refused("derive from rnn or rnnCell: their composition has every order"),
};

function step(x: Tensor, h: Tensor, weights: Some, nonlinearity: Nonlinearity): Tensor {
  const { weightIh, weightHh, biasIh, biasHh } = weights;
  const sum = linear(x, weightIh as Tensor, biasIh).add(linear(h, weightHh as Tensor, biasHh));
  return nonlinearity === "relu" ? sum.relu() : sum.tanh();
}

function pull(
  dys: Some<"output" | "hLast">,
  output: Tensor,
  saved: Some,
  facts: Facts<unknown>,
  attributes: Attributes,
  wanted: Wanted<Input>,
): Some<Input> {
  const { weightHh, h0 } = saved as Named<"weightHh"> & Some<"h0">;
  const lengths = lengthsOf(saved);
  const asked = wanted.h0 === undefined ? [] : (["h0"] as const);
  const found: Some<"h0"> & Named<"gates"> = rnnGradient(
    asked,
    { output, weightHh, lengths },
    { dOutput: dys.output, dHLast: dys.hLast },
    attributes,
  );
  const { gates } = found;
  const states = { output, h0, lengths, reverse: attributes.reverse };
  return {
    ...throughGates({ gates, stateGates: gates }, saved, facts, wanted),
    ...(wanted.weightHh && { weightHh: stateWeightGradient(wanted.weightHh.into, gates, states) }),
    ...(wanted.h0 && { h0: found.h0 as Tensor }),
  };
}
