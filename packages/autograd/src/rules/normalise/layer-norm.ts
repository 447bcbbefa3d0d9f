import { layerNormGradient, type layerNormOps, type Tensor } from "@unfoldjs/tensor-core";
import { normalised } from "./normalised.ts";
import { fused, type Named, refused, type RowsOf, type Some, together } from "../../row/row.ts";

const INPUTS = ["x", "weight", "bias"] as const;
const SAVED = ["x", "mean", "inverseDeviation", "weight"] as const;

export const layerNormRules: RowsOf<typeof layerNormOps> = {
  layerNorm: fused(
    together({ x: SAVED, weight: SAVED, bias: SAVED }, ({ y: dy }: Some<"y">, saved, _, wanted) => {
      const { x, mean, inverseDeviation, weight } = saved as Named<"x" | "mean" | "inverseDeviation"> & Some<"weight">;
      const asked = INPUTS.filter((name) => wanted[name] !== undefined);
      return layerNormGradient(asked, dy as Tensor, x, { mean, inverseDeviation }, weight);
    }),
    composition,
  ),
  layerNormGradient: refused("derive from layerNorm: its composition has every order"),
};

/** (x − mean) / √(variance + ε) · weight + bias over the last axis. */
function composition({ x, weight, bias }: Some, { epsilon }: { readonly epsilon: number }): Named<"y"> {
  const normal = normalised((x as Tensor).sub((x as Tensor).mean(-1, true)), [-1], epsilon);
  const scaled = weight === undefined ? normal : normal.mul(weight);
  return { y: bias === undefined ? scaled : scaled.add(bias) };
}
