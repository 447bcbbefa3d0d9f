import {
  type AnyTensor,
  arange,
  type CrossEntropyAttributes,
  crossEntropyGradient,
  type crossEntropyOps,
  logSoftmax,
  type Shape,
  type Tensor,
  tensor,
  where,
  zerosLike,
} from "@unfoldjs/tensor-core";
import { type CallFacts, custom, fused, type Named, type RowsOf, savedAs, saving, type Some } from "../../row/row.ts";

type Facts = CallFacts<CrossEntropyAttributes>;

type GradientInputs = Named<"dLoss" | "logits" | "labels" | "logSumExp" | "weight">;

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
  // g = d (m exp(x − s₀ − s₁) − t), where d, m and s are numbers of a row: m = Σ t, s₀ + s₁ the logarithm of Σ exp x.
  crossEntropyGradient: custom(
    {
      dLoss: saving(GRADIENT_INPUTS, (dg: Tensor, inputs, facts: Facts) => {
        const byLogit = dg.mul(slope(inputs, facts));
        return facts.attributes.isMean ? byLogit.sum() : byLogit.sum(1);
      }),
      logits: saving(GRADIENT_INPUTS, (dg: Tensor, inputs, facts: Facts) => dg.mul(curvature(inputs, facts))),
      logSumExp: saving(GRADIENT_INPUTS, (dg: Tensor, inputs, facts: Facts) =>
        bothParts(dg.mul(curvature(inputs, facts)).sum(1, true).neg()),
      ),
    },
    GRADIENT_INPUTS,
    ({ dLoss, logits, logSumExp }, inputs, facts: Facts) => {
      const parts = [
        dLoss && ofRows(dLoss).mul(slope(inputs, facts)),
        logits?.mul(curvature(inputs, facts)),
        logSumExp?.sum(1, true).mul(curvature(inputs, facts)).neg(),
      ];
      return parts.filter((part) => part !== undefined).reduce((sum, part) => sum.add(part));
    },
  ),
};

/** −Σ_c t_c log p_c of each row, and of all where t is a share of a mean. */
function composition(inputs: Some, attributes: CrossEntropyAttributes): Named<"y"> {
  const { logits, weight } = inputs as { logits: Tensor; weight?: Tensor };
  const labels = savedAs(inputs["labels"] as Tensor, "i32");
  const target = targetOf(logits.shape[1] ?? 0, labels, weight, attributes);
  const terms = logSoftmax(ofCounted(logits, labels, attributes)).mul(target);
  return { y: (attributes.isMean ? terms.sum() : terms.sum(1)).neg() };
}

/** What there is one of for each row, beside the classes; a mean's one number as it is. */
function ofRows(values: Tensor): Tensor {
  return values.rank === 0 ? values : values.unsqueeze(1);
}

/** (rows, classes), with zeros in the rows that are left out: nothing of theirs, NaN and ∞ neither, comes out or goes back. */
function ofCounted(values: Tensor, labels: AnyTensor, { ignored }: CrossEntropyAttributes): Tensor {
  return where(savedAs(labels, "i32").unsqueeze(1).notEqual(ignored), values, zerosLike(values));
}

/**
 * What each class is to have, (rows, classes): 1 at the label, smoothed, weighted, over the sum of all rows' weights in a mean;
 * 0 in a row that is left out.
 */
function targetOf(
  classes: number,
  saved: AnyTensor,
  weight: Tensor | undefined,
  { ignored, smoothing, isMean }: CrossEntropyAttributes,
): Tensor {
  const labels = savedAs(saved, "i32").unsqueeze(1);
  const oneHot = labels.equal<Shape, Shape>(arange(0, classes, 1, "i32")).to("f32");
  const counts = labels.notEqual(ignored).to("f32");
  const target = oneHot
    .mul(1 - smoothing)
    .add(smoothing / classes)
    .mul(counts);
  const weighted = weight === undefined ? target : target.mul(weight);
  if (!isMean) return weighted;
  const counted = weight === undefined ? counts.sum() : oneHot.mul(counts).mul(weight).sum();
  return weighted.div(where(counted.equal(0), tensor(NaN), counted));
}

/** ∂g/∂d = m exp(x − s₀ − s₁) − t, (rows, classes). */
function slope(inputs: GradientInputs, facts: Facts): Tensor {
  const target = targetOfGradient(inputs, facts);
  const slopes = probabilities(inputs).mul(target.sum(1, true)).sub(target);
  return ofCounted(slopes, inputs.labels, facts.attributes);
}

/** (rows, 1) → (rows, 2) */
function bothParts(x: Tensor): Tensor {
  return x.expand([x.shape[0] ?? 0, 2]);
}

/** ∂g/∂x = d m exp(x − s₀ − s₁), (rows, classes); ∂g/∂s₀ and ∂g/∂s₁ are its negative. */
function curvature(inputs: GradientInputs, facts: Facts): Tensor {
  const mass = targetOfGradient(inputs, facts).sum(1, true);
  const curvatures = probabilities(inputs).mul(mass).mul(ofRows(inputs.dLoss));
  return ofCounted(curvatures, inputs.labels, facts.attributes);
}

function targetOfGradient({ labels, weight }: GradientInputs, { shapes, attributes }: Facts): Tensor {
  return targetOf(shapes["logits"]?.[1] ?? 0, labels, weight, attributes);
}

function probabilities({ logits, logSumExp }: GradientInputs): Tensor {
  return logits
    .sub(logSumExp.slice(1, 0, 1))
    .sub(logSumExp.slice(1, 1, 2))
    .exp();
}
