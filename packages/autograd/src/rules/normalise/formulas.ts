import type { batchNormOps, layerNormOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const normaliseFormulas: FormulasOf<typeof batchNormOps & typeof layerNormOps> = {
  batchNorm: {
    value: ["x̂?weight( ⊙ $weight)?bias( + $bias)", "\\hat{x}?weight( \\odot $weight)?bias( + $bias)"],
    gradients: {
      x: [
        "r ⊙ (g − mean g − x̂ ⊙ mean(g ⊙ x̂))",
        "r \\odot \\big(g - \\overline{g} - \\hat{x} \\odot \\overline{g \\odot \\hat{x}}\\big)",
      ],
      weight: ["Σ over batch and places of @y ⊙ x̂", "\\textstyle\\sum_{\\text{batch, places}} @y \\odot \\hat{x}"],
      bias: ["Σ over batch and places of @y", "\\textstyle\\sum_{\\text{batch, places}} @y"],
    },
    where: [
      "r = 1 / √(variance + #epsilon) and x̂ = ($x − mean) ⊙ r of each channel, g = @y?weight( ⊙ $weight)",
      "r = \\frac{1}{\\sqrt{\\operatorname{var} $x + #epsilon}},\\ \\hat{x} = ($x - \\overline{$x}) \\odot r,\\ g = @y?weight( \\odot $weight)",
    ],
    results: {
      mean: {
        value: ["mean of $x of each channel", "\\overline{$x}"],
        gradients: { x: ["@mean / n, n elements a channel", "\\tfrac{1}{n} @mean"] },
      },
      variance: {
        value: ["variance of $x of each channel", "\\operatorname{var} $x"],
        gradients: {
          x: [
            "2 ($x − mean) ⊙ @variance / n, n elements a channel",
            "\\tfrac{2}{n} ($x - \\overline{$x}) \\odot @variance",
          ],
        },
      },
    },
  },
  batchNormGradient: {
    value: ["the gradients of batchNorm", "\\operatorname{batchNorm}'"],
  },
  layerNorm: {
    value: ["x̂?weight( ⊙ $weight)?bias( + $bias)", "\\hat{x}?weight( \\odot $weight)?bias( + $bias)"],
    gradients: {
      x: [
        "r ⊙ (g − mean g − x̂ ⊙ mean(g ⊙ x̂))",
        "r \\odot \\big(g - \\overline{g} - \\hat{x} \\odot \\overline{g \\odot \\hat{x}}\\big)",
      ],
      weight: ["Σ over the rows of @y ⊙ x̂", "\\textstyle\\sum_{\\text{rows}} @y \\odot \\hat{x}"],
      bias: ["Σ over the rows of @y", "\\textstyle\\sum_{\\text{rows}} @y"],
    },
    where: [
      "r = 1 / √(variance + #epsilon) and x̂ = ($x − mean) ⊙ r of each row, g = @y?weight( ⊙ $weight)",
      "r = \\frac{1}{\\sqrt{\\operatorname{var} $x + #epsilon}},\\ \\hat{x} = ($x - \\overline{$x}) \\odot r,\\ g = @y?weight( \\odot $weight)",
    ],
  },
  layerNormGradient: {
    value: ["the gradients of layerNorm", "\\operatorname{layerNorm}'"],
  },
};
