import { rmsNormGradient, type rmsNormOps, type Tensor } from "@unfoldjs/tensor-core";
import { normalised } from "./normalised.ts";
import { fused, type Named, refused, type RowsOf, type Some, together } from "../../row/row.ts";

const INPUTS = ["x", "weight"] as const;
const SAVED = ["x", "inverseRoot", "weight"] as const;

export const rmsNormRules: RowsOf<typeof rmsNormOps> = {
  rmsNorm: fused(
    together({ x: SAVED, weight: SAVED }, ({ y: dy }: Some<"y">, saved, _, wanted) => {
      const { x, inverseRoot, weight } = saved as Named<"x" | "inverseRoot"> & Some<"weight">;
      const asked = INPUTS.filter((name) => wanted[name] !== undefined);
      return rmsNormGradient(asked, dy as Tensor, x, { inverseRoot }, weight);
    }),
    ({ x, weight }: Some, { epsilon }: { readonly epsilon: number }): Named<"y"> => {
      const normal = normalised(x as Tensor, [-1], epsilon);
      return { y: weight === undefined ? normal : normal.mul(weight) };
    },
  ),
  rmsNormGradient: refused("derive from rmsNorm: its composition has every order"),
};
