import type { additiveOps, scaledDotProductOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const attentionFormulas: FormulasOf<typeof scaledDotProductOps & typeof additiveOps> = {
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
  additiveAttentionScores: {
    value: ["Σ $weight ⊙ T over features", "\\textstyle\\sum $weight \\odot T"],
    gradients: {
      query: [
        "Σ over keys of @ ⊙ $weight ⊙ (1 − T²)",
        "\\textstyle\\sum_{\\text{keys}} @ \\odot $weight \\odot (1 - T^2)",
      ],
      key: [
        "Σ over queries of @ ⊙ $weight ⊙ (1 − T²)",
        "\\textstyle\\sum_{\\text{queries}} @ \\odot $weight \\odot (1 - T^2)",
      ],
      weight: ["Σ over queries and keys of @ ⊙ T", "\\textstyle\\sum_{\\text{queries, keys}} @ \\odot T"],
    },
    where: ["T = tanh($query + $key) of each query, key and feature", "T = \\tanh($query + $key)"],
  },
  additiveAttentionScoresGradient: {
    value: ["the gradients of additiveAttentionScores", "\\operatorname{additiveAttentionScores}'"],
  },
};
