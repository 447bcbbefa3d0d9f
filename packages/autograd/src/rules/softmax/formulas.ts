import type { crossEntropyOps, softmaxOps } from "@unfoldjs/tensor-core";
import type { Form, FormulasOf } from "../../row/formula.ts";

/** Of all of these. */
const LAST_AXIS: Form = ["Σ goes along the last axis", "\\textstyle\\sum = \\sum_{\\text{last axis}}"];

export const softmaxFormulas: FormulasOf<typeof crossEntropyOps & typeof softmaxOps> = {
  softmax: {
    value: ["e^$x / Σ e^$x", "\\frac{e^{$x}}{\\sum e^{$x}}"],
    gradients: { x: ["$y ⊙ (@ − Σ @ ⊙ $y)", "$y \\odot \\big(@ - \\textstyle\\sum @ \\odot $y\\big)"] },
    where: LAST_AXIS,
  },
  logSoftmax: {
    value: ["$x − ln Σ e^$x", "$x - \\ln \\textstyle\\sum e^{$x}"],
    gradients: { x: ["@ − e^$y ⊙ Σ @", "@ - e^{$y} \\odot \\textstyle\\sum @"] },
    where: LAST_AXIS,
  },
  logSumExp: {
    value: ["ln Σ e^$x", "\\ln \\textstyle\\sum e^{$x}"],
    gradients: { x: ["softmax($x) ⊙ @", "\\operatorname{softmax}($x) \\odot @"] },
    where: LAST_AXIS,
  },
  softmaxGradient: {
    value: ["$y ⊙ ($dy − Σ $dy ⊙ $y)", "$y \\odot \\big($dy - \\textstyle\\sum $dy \\odot $y\\big)"],
    gradients: {
      dy: ["$y ⊙ (@ − Σ @ ⊙ $y)", "$y \\odot \\big(@ - \\textstyle\\sum @ \\odot $y\\big)"],
      y: [
        "@ ⊙ ($dy − Σ $dy ⊙ $y) − $dy ⊙ Σ @ ⊙ $y",
        "@ \\odot \\big($dy - \\textstyle\\sum $dy \\odot $y\\big) - $dy \\odot \\textstyle\\sum @ \\odot $y",
      ],
    },
    where: LAST_AXIS,
  },
  logSoftmaxGradient: {
    value: ["$dy − e^$y ⊙ Σ $dy", "$dy - e^{$y} \\odot \\textstyle\\sum $dy"],
    gradients: {
      dy: ["@ − Σ @ ⊙ e^$y", "@ - \\textstyle\\sum @ \\odot e^{$y}"],
      y: ["−@ ⊙ e^$y ⊙ Σ $dy", "-@ \\odot e^{$y} \\odot \\textstyle\\sum $dy"],
    },
    where: LAST_AXIS,
  },
  crossEntropyRows: {
    value: ["−Σ q ⊙ ln softmax($logits)", "-\\textstyle\\sum q \\odot \\ln \\operatorname{softmax}($logits)"],
    gradients: {
      logits: [
        "@y ⊙ (softmax($logits) ⊙ Σ q − q)",
        "@y \\odot \\big(\\operatorname{softmax}($logits) \\odot \\textstyle\\sum q - q\\big)",
      ],
    },
    where: [
      "q is the weight of each row's label there, smoothed as asked, and 0 elsewhere, over the sum of the weights in a mean; Σ goes along the row",
      "q_{ij} = w_{j}\\,[(1 - s)\\,\\mathbf{1}(j = $labels_{i}) + s / k] / n,\\ n = 1 \\text{ or } \\textstyle\\sum_i w_{$labels_{i}} \\text{ in a mean}",
    ],
  },
  crossEntropyGradient: {
    value: ["$dLoss ⊙ (p ⊙ Σ q − q)", "$dLoss \\odot \\big(p \\odot \\textstyle\\sum q - q\\big)"],
    gradients: {
      dLoss: ["Σ @ ⊙ (p ⊙ Σ q − q)", "\\textstyle\\sum @ \\odot \\big(p \\odot \\sum q - q\\big)"],
      logits: ["@ ⊙ $dLoss ⊙ p ⊙ Σ q", "@ \\odot $dLoss \\odot p \\odot \\textstyle\\sum q"],
      logSumExp: ["−Σ @ ⊙ $dLoss ⊙ p ⊙ Σ q", "-\\textstyle\\sum @ \\odot $dLoss \\odot p \\odot \\sum q"],
    },
    where: [
      "p = e^($logits − Σ $logSumExp), q is the weight of each row's label there, smoothed as asked, and 0 elsewhere, over the sum of the weights in a mean; Σ goes along the row",
      "p = e^{$logits - \\sum $logSumExp}",
    ],
  },
};
