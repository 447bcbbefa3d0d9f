import {
  arange,
  type CrossEntropyAttributes,
  crossEntropyGradient,
  type crossEntropyOps,
  logSoftmax,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { type CallFacts, custom, fused, type Named, type RowsOf, savedAs, saving, type Some } from "../../row/row.ts";

type Facts = CallFacts<CrossEntropyAttributes>;

const GRADIENT_INPUTS = ["dLoss", "logits", "labels", "logSumExp", "weight"] as const;

export const crossEntropyRules: RowsOf<typeof crossEntropyOps> = {
  crossEntropyRows: fused(
    {
      logits: saving(
        ["logits", "labels", "weight", "logSumExp"],
        ({ y: dy }: Some<"y">, { logits, labels, weight, logSumExp }, { attributes }) =>
          crossEntropyGradient(dy as Tensor, logits, savedAs(labels, "i32"), logSumExp, weight, attributes),
      ),
    },
    composition,
  ),
  // g = d (m exp(x − s) − t), where d, m and s are numbers of a row: m = Σ t, s the logarithm of Σ exp x.
  crossEntropyGradient: custom(
    {
      dLoss: saving(GRADIENT_INPUTS, (dg: Tensor, inputs, facts: Facts) => dg.mul(slope(inputs, facts)).sum(1)),
      logits: saving(GRADIENT_INPUTS, (dg: Tensor, inputs, facts: Facts) => dg.mul(curvature(inputs, facts))),
      logSumExp: saving(GRADIENT_INPUTS, (dg: Tensor, inputs, facts: Facts) =>
        dg.mul(curvature(inputs, facts)).sum(1).neg(),
      ),
    },
    GRADIENT_INPUTS,
    ({ dLoss, logits, logSumExp }, inputs, facts: Facts) => {
      const parts = [
        dLoss?.unsqueeze(1).mul(slope(inputs, facts)),
        logits?.mul(curvature(inputs, facts)),
        logSumExp?.unsqueeze(1).mul(curvature(inputs, facts)).neg(),
      ];
      return parts.filter((part) => part !== undefined).reduce((sum, part) => sum.add(part));
    },
  ),
};

/** −Σ_c t_c log p_c of each row. */
function composition(inputs: Some, attributes: CrossEntropyAttributes): Named<"y"> {
  const { logits, weight } = inputs as { logits: Tensor; weight?: Tensor };
  const target = targetOf(logits.shape[1] ?? 0, inputs["labels"] as Tensor, weight, attributes);
  return { y: logSoftmax(logits).mul(target).sum(1).neg() };
}

/** What each class is to have, (rows, classes): 1 at the label, smoothed, weighted; 0 in a row that is left out. */
function targetOf(
  classes: number,
  saved: Tensor,
  weight: Tensor | undefined,
  { ignored, smoothing }: CrossEntropyAttributes,
): Tensor {
  const labels = savedAs(saved, "i32").unsqueeze(1);
  const oneHot = labels.equal<Shape, Shape>(arange(0, classes, 1, "i32")).to("f32");
  const counts = labels.notEqual(ignored).to("f32");
  const target = oneHot
    .mul(1 - smoothing)
    .add(smoothing / classes)
    .mul(counts);
  return weight === undefined ? target : target.mul(weight);
}

/** ∂g/∂d = m exp(x − s) − t, (rows, classes). */
function slope(inputs: Named, facts: Facts): Tensor {
  const target = targetOfGradient(inputs, facts);
  return probabilities(inputs).mul(target.sum(1, true)).sub(target);
}

/** ∂g/∂x = d m exp(x − s), (rows, classes); ∂g/∂s is its negative. */
function curvature(inputs: Named, facts: Facts): Tensor {
  const mass = targetOfGradient(inputs, facts).sum(1, true);
  return probabilities(inputs)
    .mul(mass)
    .mul((inputs["dLoss"] as Tensor).unsqueeze(1));
}

function targetOfGradient({ labels, weight }: Named, { shapes, attributes }: Facts): Tensor {
  return targetOf(shapes["logits"]?.[1] ?? 0, labels as Tensor, weight, attributes);
}

function probabilities({ logits, logSumExp }: Named): Tensor {
  return (logits as Tensor).sub((logSumExp as Tensor).unsqueeze(1)).exp();
}
