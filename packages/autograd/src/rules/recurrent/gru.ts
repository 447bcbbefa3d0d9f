import { gruGradient, type gruOps, linear, type Tensor, zerosLike } from "@unfoldjs/tensor-core";
import { fused, type Named, refused, type RowsOf, type Some, together, type Wanted } from "../../row/row.ts";
import { type Facts, lengthsOf, saves, throughGates } from "./gates.ts";
import { overTime, rows, type States, stateWeightGradient } from "./products.ts";
import { gatesOf, stateBefore, unrolled } from "./unrolled.ts";

interface StepAttributes {
  readonly resetAfter: boolean;
}
interface Attributes extends StepAttributes {
  readonly reverse: boolean;
}
type Input = "x" | "weightIh" | "weightHh" | "biasIh" | "biasHh" | "h0";

export const gruRules: RowsOf<typeof gruOps> = {
  gru: fused(
    together(
      saves("output", "weightHh", "gates", "h0", "lengths"),
      (dys: Some<"output" | "hLast">, saved, facts: Facts<Attributes>, wanted) =>
        pull(dys, saved.output as Tensor, saved, facts, facts.attributes, wanted),
    ),
    (inputs: Some, { resetAfter, reverse }: Attributes) => {
      const before = [stateBefore(inputs)] as const;
      const { output, last } = unrolled(inputs, reverse, before, (x, [h]) => [step(x, h, inputs, resetAfter)]);
      return { output, hLast: last[0] };
    },
  ),
  gruCell: fused(
    together(saves("h", "weightHh", "gates", "h0"), (dys: Some<"h">, saved, facts: Facts<StepAttributes>, wanted) => {
      const attributes = { ...facts.attributes, reverse: false };
      return pull({ output: dys.h as Tensor }, saved.h as Tensor, saved, facts, attributes, wanted);
    }),
    (inputs: Some, { resetAfter }: StepAttributes) => ({
      h: step(inputs["x"] as Tensor, stateBefore(inputs), inputs, resetAfter),
    }),
  ),
  gruGradient: refused("derive from gru or gruCell: their composition has every order"),
};

function step(x: Tensor, h: Tensor, weights: Some, resetAfter: boolean): Tensor {
  const { biasIh, biasHh } = weights;
  const [weightIh, weightHh] = [weights["weightIh"] as Tensor, weights["weightHh"] as Tensor];
  const hidden = h.shape[1] ?? 0;
  const ofX = gatesOf(linear(x, weightIh, biasIh), 3) as [Tensor, Tensor, Tensor];
  const ofH = gatesOf(linear(h, weightHh, biasHh), 3) as [Tensor, Tensor, Tensor];
  const [r, z] = [ofX[0].add(ofH[0]).sigmoid(), ofX[1].add(ofH[1]).sigmoid()];
  const ofN = resetAfter
    ? r.mul(ofH[2])
    : linear(r.mul(h), weightHh.slice(0, 2 * hidden), biasHh?.slice(0, 2 * hidden));
  const n = ofX[2].add(ofN).tanh();
  return n.add(z.mul(h.sub(n)));
}

function pull(
  dys: Some<"output" | "hLast">,
  output: Tensor,
  saved: Some,
  facts: Facts<unknown>,
  attributes: Attributes,
  wanted: Wanted<Input>,
): Some<Input> {
  const { weightHh, gates: forwardGates, h0 } = saved as Named<"weightHh" | "gates"> & Some<"h0">;
  const { resetAfter, reverse } = attributes;
  const lengths = lengthsOf(saved);
  const asked = wanted.h0 === undefined ? [] : (["h0"] as const);
  const forward = { output, weightHh, gates: forwardGates, h0, lengths };
  const found: Some<"h0"> & Named<"gates" | "stateGates"> = gruGradient(
    asked,
    forward,
    { dOutput: dys.output, dHLast: dys.hLast },
    attributes,
  );
  const { gates } = found;
  const stateGates = resetAfter ? found.stateGates : gates;
  const states = { output, h0, lengths, reverse };
  const into = wanted.weightHh?.into;
  return {
    ...throughGates({ gates, stateGates }, saved, facts, wanted),
    ...(wanted.weightHh && {
      weightHh: resetAfter
        ? stateWeightGradient(into, stateGates, states)
        : resetWeightGradient(into ?? zerosLike(weightHh), gates, forwardGates, states),
    }),
    ...(wanted.h0 && { h0: found.h0 as Tensor }),
  };
}

/** Where r ⊙ h was multiplied by the rows of n, and h by those of r and z. Adds to `into`, (3 · hidden, hidden). */
function resetWeightGradient(into: Tensor, gates: Tensor, forwardGates: Tensor, states: States): Tensor {
  const hidden = into.shape[1] ?? 0;
  stateWeightGradient(into.slice(0, 0, 2 * hidden), gates.slice(-1, 0, 2 * hidden), states);
  const resetState = rows(forwardGates).slice(1, 3 * hidden);
  overTime(into.slice(0, 2 * hidden), rows(gates).slice(1, 2 * hidden), resetState);
  return into;
}
