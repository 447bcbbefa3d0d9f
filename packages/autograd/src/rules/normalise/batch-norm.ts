import { batchNormGradient, type batchNormOps, type Tensor } from "@unfoldjs/tensor-core";
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

/** (x − mean) / √(variance + ε) · weight + bias over all axes but the second. */
function composition(
  { x, weight, bias }: Some,
  { epsilon }: { readonly epsilon: number },
): Named<"y" | "mean" | "variance"> {
  const values = x as Tensor;
  const others = values.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const perChannel = values.shape.map((_, axis) => (axis === 1 ? -1 : 1));
  const mean = values.mean(others);
  const centred = values.sub(mean.reshape(perChannel));
  const variance = centred.square().mean(others);
  const normal = normalised(centred, others, epsilon);
  const scaled = weight === undefined ? normal : normal.mul(weight.reshape(perChannel));
  return { y: bias === undefined ? scaled : scaled.add(bias.reshape(perChannel)), mean, variance };
}
