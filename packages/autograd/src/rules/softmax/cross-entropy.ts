import {
  arange,
  type CrossEntropyAttributes,
  crossEntropyGradient,
  type crossEntropyOps,
  logSoftmax,
  type Shape,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { fused, type Named, type RowsOf, savedAs, saving, type Some } from "../rule.ts";

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
};

/** −Σ_c w_c q_c log p_c of each row, where q is the smoothed target, or 0 for a row that is left out. */
function composition(inputs: Some, { ignored, smoothing }: CrossEntropyAttributes): Named<"y"> {
  const { logits, weight } = inputs as { logits: Tensor; weight?: Tensor };
  const labels = savedAs(inputs["labels"] as Tensor, "i32").unsqueeze(1);
  const classes = logits.shape[1] ?? 0;
  const oneHot = labels.equal<Shape, Shape>(arange(0, classes, 1, "i32")).to("f32");
  const counts = labels.notEqual(ignored).to("f32");
  const target = oneHot
    .mul(1 - smoothing)
    .add(smoothing / classes)
    .mul(counts);
  const weighted = weight === undefined ? target : target.mul(weight);
  return { y: logSoftmax(logits).mul(weighted).sum(1).neg() };
}
