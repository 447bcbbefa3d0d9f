import { groupNormGradient, type groupNormOps, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { affine } from "./channels.ts";
import { normalised } from "./normalised.ts";
import {
  type CallFacts,
  fused,
  type Named,
  refused,
  type RowsOf,
  type Some,
  together,
  type Wanted,
} from "../../row/row.ts";

const INPUTS = ["x", "weight", "bias"] as const;
const SAVED = ["x", "mean", "inverseDeviation", "weight"] as const;
const SAVES = { x: SAVED, weight: SAVED, bias: SAVED };

interface Epsilon {
  readonly epsilon: number;
}
interface Groups extends Epsilon {
  readonly groups: number;
}

export const groupNormRules: RowsOf<typeof groupNormOps> = {
  groupNorm: fused(
    together(SAVES, (dy: Some<"y">, saved, { attributes }: CallFacts<Groups>, wanted) =>
      gradients(dy, saved, attributes.groups, wanted),
    ),
    (inputs: Some, { groups, epsilon }: Groups) =>
      composition(inputs, Math.min(groups, channelsOf(inputs.x?.shape)), epsilon),
  ),
  instanceNorm: fused(
    together(SAVES, (dy: Some<"y">, saved, { shapes }: CallFacts<Epsilon>, wanted) =>
      gradients(dy, saved, channelsOf(shapes["x"]), wanted),
    ),
    (inputs: Some, { epsilon }: Epsilon) => composition(inputs, channelsOf(inputs.x?.shape), epsilon),
  ),
  groupNormGradient: refused("derive from groupNorm: its composition has every order"),
};

/** As many groups as there can be: of one channel each; one of none, where there are no channels. */
function channelsOf(shape: Shape | undefined): number {
  return Math.max(1, shape?.[1] ?? 1);
}

function gradients(
  { y: dy }: Some<"y">,
  saved: Some,
  groups: number,
  wanted: Wanted<(typeof INPUTS)[number]>,
): Readonly<Partial<Record<(typeof INPUTS)[number], Tensor>>> {
  const { x, mean, inverseDeviation, weight } = saved as Named<"x" | "mean" | "inverseDeviation"> & Some<"weight">;
  const asked = INPUTS.filter((name) => wanted[name] !== undefined);
  return groupNormGradient(asked, dy as Tensor, x, groups, { mean, inverseDeviation }, weight);
}

/** (x − mean) / √(variance + ε) · weight + bias over the groups. */
function composition({ x, weight, bias }: Some, groups: number, epsilon: number): Named<"y"> {
  const values = x as Tensor;
  const [batch = 0, channels = 0, ...places] = values.shape;
  const size = places.reduce((product, length) => product * length, channels / groups);
  const rows = values.reshape([batch, groups, size]);
  const normal = normalised(rows.sub(rows.mean(-1, true)), [-1], epsilon);
  return { y: affine(normal.reshape(values.shape), weight, bias) };
}
