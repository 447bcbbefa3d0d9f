import type { scaledDotProductOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const attentionFormulas: FormulasOf<typeof scaledDotProductOps> = {
  scaledDotProductAttention: {
    value: ["P · $value", "P\\,$value"],
    gradients: {
      query: ["#scale · δ · $key", "#scale\\,\\delta\\,$key"],
      key: ["#scale · δᵀ · $query", "#scale\\,\\delta^{\\top} $query"],
      value: ["Pᵀ · @output", "P^{\\top} @output"],
      attnMask: ["δ", "\\delta"],
    },
    where: [
      "P = softmax(#scale · $query · $keyᵀ?attnMask( + $attnMask)) and δ = P ⊙ (@output · $valueᵀ − Σ @output ⊙ output)",
      "P = \\operatorname{softmax}(#scale\\,$query\\,$key^{\\top}?attnMask( + $attnMask)),\\ \\delta = P \\odot \\big(@output\\,$value^{\\top} - \\textstyle\\sum @output \\odot P\\,$value\\big)",
    ],
    results: {
      weights: {
        value: [
          "softmax(#scale · $query · $keyᵀ?attnMask( + $attnMask))",
          "\\operatorname{softmax}(#scale\\,$query\\,$key^{\\top}?attnMask( + $attnMask))",
        ],
        gradients: {
          query: ["#scale · ε · $key", "#scale\\,\\epsilon\\,$key"],
          key: ["#scale · εᵀ · $query", "#scale\\,\\epsilon^{\\top} $query"],
          attnMask: [
            "ε, where ε = P ⊙ (@weights − Σ @weights ⊙ P)",
            "\\epsilon = P \\odot (@weights - \\textstyle\\sum @weights \\odot P)",
          ],
        },
      },
    },
  },
  scaledDotProductAttentionGradient: { value: ["the gradients of attention", "\\operatorname{attention}'"] },
};
