import type {
  batchNormApplyOps,
  batchNormOps,
  groupNormOps,
  layerNormOps,
  localResponseNormOps,
  rmsNormOps,
} from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const normaliseFormulas: FormulasOf<
  typeof batchNormOps &
    typeof batchNormApplyOps &
    typeof groupNormOps &
    typeof layerNormOps &
    typeof localResponseNormOps &
    typeof rmsNormOps
> = {
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
  batchNormApply: {
    value: [
      "($x − $mean) ⊙ r?weight( ⊙ $weight)?bias( + $bias)",
      "($x - $mean) \\odot r?weight( \\odot $weight)?bias( + $bias)",
    ],
    gradients: {
      x: ["@ ⊙ r?weight( ⊙ $weight)", "@ \\odot r?weight( \\odot $weight)"],
      mean: [
        "−r?weight( ⊙ $weight) ⊙ Σ over batch and places of @",
        "-r?weight( \\odot $weight) \\odot \\textstyle\\sum_{\\text{batch, places}} @",
      ],
      variance: [
        "−½ r³?weight( ⊙ $weight) ⊙ Σ over batch and places of @ ⊙ ($x − $mean)",
        "-\\tfrac{1}{2} r^3?weight( \\odot $weight) \\odot \\textstyle\\sum_{\\text{batch, places}} @ \\odot ($x - $mean)",
      ],
      weight: [
        "Σ over batch and places of @ ⊙ ($x − $mean) ⊙ r",
        "\\textstyle\\sum_{\\text{batch, places}} @ \\odot ($x - $mean) \\odot r",
      ],
      bias: ["Σ over batch and places of @", "\\textstyle\\sum_{\\text{batch, places}} @"],
    },
    where: ["r = 1 / √($variance + #epsilon)", "r = \\frac{1}{\\sqrt{$variance + #epsilon}}"],
  },
  groupNorm: {
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
      "r = 1 / √(variance + #epsilon) and x̂ = ($x − mean) ⊙ r of each group of each sample, g = @y?weight( ⊙ $weight)",
      "r = \\frac{1}{\\sqrt{\\operatorname{var} $x + #epsilon}},\\ \\hat{x} = ($x - \\overline{$x}) \\odot r,\\ g = @y?weight( \\odot $weight)",
    ],
  },
  instanceNorm: {
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
      "r = 1 / √(variance + #epsilon) and x̂ = ($x − mean) ⊙ r of each channel of each sample, g = @y?weight( ⊙ $weight)",
      "r = \\frac{1}{\\sqrt{\\operatorname{var} $x + #epsilon}},\\ \\hat{x} = ($x - \\overline{$x}) \\odot r,\\ g = @y?weight( \\odot $weight)",
    ],
  },
  groupNormGradient: {
    value: ["the gradients of groupNorm", "\\operatorname{groupNorm}'"],
  },
  localResponseNorm: {
    value: ["$x / s^#beta", "\\frac{$x}{s^{#beta}}"],
    gradients: {
      x: [
        "@ / s^#beta − 2 · #alpha · #beta / #size · $x ⊙ Σ over neighbouring channels of @ ⊙ $x / s^(#beta + 1)",
        "\\frac{@}{s^{#beta}} - \\tfrac{2 \\cdot #alpha \\cdot #beta}{#size} $x \\odot \\textstyle\\sum_{\\text{neighbours}} \\frac{@ \\odot $x}{s^{#beta + 1}}",
      ],
    },
    where: [
      "s = #k + #alpha / #size · Σ of $x² over #size neighbouring channels",
      "s = #k + \\tfrac{#alpha}{#size} \\textstyle\\sum_{#size\\ \\text{neighbours}} $x^2",
    ],
  },
  localResponseNormGradient: {
    value: ["the gradient of localResponseNorm", "\\operatorname{localResponseNorm}'"],
  },
  rmsNorm: {
    value: ["x̂?weight( ⊙ $weight)", "\\hat{x}?weight( \\odot $weight)"],
    gradients: {
      x: ["r ⊙ (g − x̂ ⊙ mean(g ⊙ x̂))", "r \\odot \\big(g - \\hat{x} \\odot \\overline{g \\odot \\hat{x}}\\big)"],
      weight: ["Σ over the rows of @y ⊙ x̂", "\\textstyle\\sum_{\\text{rows}} @y \\odot \\hat{x}"],
    },
    where: [
      "r = 1 / √(mean $x² + #epsilon) and x̂ = $x ⊙ r of each row, g = @y?weight( ⊙ $weight)",
      "r = \\frac{1}{\\sqrt{\\overline{$x^2} + #epsilon}},\\ \\hat{x} = $x \\odot r,\\ g = @y?weight( \\odot $weight)",
    ],
  },
  rmsNormGradient: {
    value: ["the gradients of rmsNorm", "\\operatorname{rmsNorm}'"],
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
