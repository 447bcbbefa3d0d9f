import { linear, lstmGradient, type lstmOps, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { fused, type Named, refused, type RowsOf, type Some, together, type Wanted } from "../../row/row.ts";
import { type Facts, lengthsOf, saves, throughGates } from "./gates.ts";
import { overTime, stateWeightGradient } from "./products.ts";
import { gatesOf, stateBefore, unrolled } from "./unrolled.ts";

interface Attributes {
  readonly reverse: boolean;
}
type Input = "x" | "weightIh" | "weightHh" | "biasIh" | "biasHh" | "weightHr" | "h0" | "c0";

const SEQUENCE = ["output", "weightHh", "gates", "cells", "weightHr", "c0", "lengths"] as const;
const STEP = ["h", "c", "weightHh", "gates", "weightHr", "c0"] as const;

export const lstmRules: RowsOf<typeof lstmOps> = {
  lstm: fused(
    together(
      { ...saves(...SEQUENCE), weightHr: [...SEQUENCE, "hidden"], c0: SEQUENCE },
      (dys: Some<"output" | "hLast" | "cLast">, saved, facts: Facts<Attributes>, wanted) => {
        const forward = { output: saved.output as Tensor, cells: saved.cells as Tensor };
        return pull(dys, forward, saved, facts, facts.attributes.reverse, wanted);
      },
    ),
    (inputs: Some, { reverse }: Attributes) => {
      const before = [stateBefore(inputs), cellsBefore(inputs)] as const;
      const { output, last } = unrolled(inputs, reverse, before, (x, [h, c]) => step(x, [h, c as Tensor], inputs));
      return { output, hLast: last[0], cLast: last[1] as Tensor };
    },
  ),
  lstmCell: fused(
    together(
      { ...saves(...STEP), weightHr: [...STEP, "hidden"], c0: STEP },
      (dys: Some<"h" | "c">, saved, facts: Facts<unknown>, wanted) => {
        const forward = { output: saved.h as Tensor, cells: saved.c as Tensor };
        return pull(
          { ...(dys.h && { output: dys.h }), ...(dys.c && { cLast: dys.c }) },
          forward,
          saved,
          facts,
          false,
          wanted,
        );
      },
    ),
    (inputs: Some) => {
      const [h, c] = step(inputs["x"] as Tensor, [stateBefore(inputs), cellsBefore(inputs)], inputs);
      return { h, c };
    },
  ),
  lstmGradient: refused("derive from lstm or lstmCell: their composition has every order"),
};

function cellsBefore({ x, c0, weightIh }: Some): Tensor {
  return c0 ?? zeros([x?.shape.at(-2) ?? 0, (weightIh?.shape[0] ?? 0) / 4]);
}

function step(x: Tensor, [h, cells]: readonly [Tensor, Tensor], weights: Some): readonly [Tensor, Tensor] {
  const { weightIh, weightHh, biasIh, biasHh, weightHr } = weights;
  const sums = linear(x, weightIh as Tensor, biasIh).add(linear(h, weightHh as Tensor, biasHh));
  const [i, f, g, o] = gatesOf(sums, 4) as [Tensor, Tensor, Tensor, Tensor];
  const c = f.sigmoid().mul(cells).add(i.sigmoid().mul(g.tanh()));
  const hidden = o.sigmoid().mul(c.tanh());
  return [weightHr === undefined ? hidden : linear(hidden, weightHr), c];
}

function pull(
  dys: Some<"output" | "hLast" | "cLast">,
  { output, cells }: Named<"output" | "cells">,
  saved: Some,
  facts: Facts<unknown>,
  reverse: boolean,
  wanted: Wanted<Input>,
): Some<Input> {
  const { weightHh, gates: forwardGates } = saved as Named<"weightHh" | "gates">;
  const { weightHr, h0, c0, hidden } = saved;
  const lengths = lengthsOf(saved);
  const asked = (["h0", "c0"] as const).filter((name) => wanted[name] !== undefined);
  const forward = { output, weightHh, gates: forwardGates, cells, weightHr, c0, lengths };
  const found: Some<"h0" | "c0"> & Named<"gates" | "projected"> = lstmGradient(
    asked,
    forward,
    { dOutput: dys.output, dHLast: dys.hLast, dCLast: dys.cLast },
    { reverse },
  );
  const { gates, projected } = found;
  const states = { output, h0, lengths, reverse };
  return {
    ...throughGates({ gates, stateGates: gates }, saved, facts, wanted),
    ...(wanted.weightHh && { weightHh: stateWeightGradient(wanted.weightHh.into, gates, states) }),
    ...(wanted.weightHr && { weightHr: overTime(wanted.weightHr.into, projected, hidden as Tensor) }),
    ...(wanted.h0 && { h0: found.h0 as Tensor }),
    ...(wanted.c0 && { c0: found.c0 as Tensor }),
  };
}
