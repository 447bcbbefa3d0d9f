import { batchNormGradient, type batchNormApplyOps, type batchNormOps, type Tensor } from "@unfoldjs/tensor-core";
import { affine, perChannel } from "./channels.ts";
import { normalised } from "./normalised.ts";
import { fused, type Named, refused, type RowsOf, type Some, together } from "../../row/row.ts";

const INPUTS = ["x", "weight", "bias"] as const;
const SAVED = ["x", "mean", "variance", "weight"] as const;

export const batchNormRules: RowsOf<typeof batchNormOps> = {
  batchNorm: fused(
    together(
      { x: SAVED, weight: SAVED, bias: SAVED },
      ({ y: dy }: Some<"y">, saved, { attributes }: { attributes: { readonly epsilon: number } }, wanted) => {
        const { x, mean, variance, weight } = saved as Named<"x" | "mean" | "variance"> & Some<"weight">;
        const asked = INPUTS.filter((name) => wanted[name] !== undefined);
        return batchNormGradient(asked, dy as Tensor, x, { mean, variance }, weight, attributes.epsilon);
      },
    ),
    composition,
    // The kernel knows nothing of a loss on the statistics.
    ["y"],
  ),
  batchNormGradient: refused("derive from batchNorm: its composition has every order"),
};

const APPLIED = ["x", "mean", "variance", "weight"] as const;

export const batchNormApplyRules: RowsOf<typeof batchNormApplyOps> = {
  batchNormApply: fused(
    together(
      { x: ["mean", "variance", "weight"], mean: APPLIED, variance: APPLIED, weight: APPLIED, bias: APPLIED },
      (dy: Tensor, saved, { attributes: { epsilon } }: { attributes: { readonly epsilon: number } }, wanted) => {
        const { mean, variance, weight } = saved as Named<"mean" | "variance"> & Some<"weight">;
        // Where x was not saved nobody asks for what needs it.
        const x = saved.x ?? dy;
        const ofStatistics = wanted.mean !== undefined || wanted.variance !== undefined;
        const asked = INPUTS.filter((name) => wanted[name] !== undefined || (ofStatistics && name !== "x"));
        const by = batchNormGradient(asked, dy, x, { mean, variance }, weight, epsilon, true);
        if (!ofStatistics) return by;
        // y = (x − mean) r w + b with r = (variance + ε)^−½: by the mean −r w Σ dy, by the variance −½ r² w Σ dy x̂.
        const inverse = variance.add(epsilon).rsqrt();
        const scale = (weight === undefined ? inverse : inverse.mul(weight)).neg();
        const { weight: products, bias: sums } = by as Named<"weight" | "bias">;
        return { ...by, mean: scale.mul(sums), variance: scale.mul(inverse).mul(products).mul(0.5) };
      },
    ),
    ({ x, mean, variance, weight, bias }: Some, { epsilon }: { readonly epsilon: number }) => {
      const values = x as Tensor;
      const inverse = (variance as Tensor).add(epsilon).rsqrt();
      const centred = values.sub(perChannel(mean as Tensor, values));
      return affine(centred.mul(perChannel(inverse, values)), weight, bias);
    },
  ),
};

/** (x − mean) / √(variance + ε) · weight + bias over all axes but the second. */
function composition(
  { x, weight, bias }: Some,
  { epsilon }: { readonly epsilon: number },
): Named<"y" | "mean" | "variance"> {
  const values = x as Tensor;
  const others = values.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const mean = values.mean(others);
  const centred = values.sub(perChannel(mean, values));
  const variance = centred.square().mean(others);
  return { y: affine(normalised(centred, others, epsilon), weight, bias), mean, variance };
}
