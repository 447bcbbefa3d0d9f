import type { cumulativeOps, momentOps, reduceOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const reduceFormulas: FormulasOf<typeof cumulativeOps & typeof momentOps & typeof reduceOps> = {
  sum: {
    value: ["Σ $x over #axes", "\\textstyle\\sum_{\\text{#axes}} $x"],
    gradients: { x: ["@ repeated along #axes", "@ \\otimes \\mathbf{1}_{\\text{#axes}}"] },
  },
  mean: {
    value: ["mean of $x over #axes", "\\tfrac{1}{n} \\textstyle\\sum_{\\text{#axes}} $x"],
    gradients: { x: ["@ / n repeated along #axes", "\\tfrac{1}{n}\\, @ \\otimes \\mathbf{1}_{\\text{#axes}}"] },
    where: ["n is how many are averaged", "n = \\#\\{\\text{averaged}\\}"],
  },
  prod: {
    value: ["Π $x over #axes", "\\textstyle\\prod_{\\text{#axes}} $x"],
    gradients: { x: ["@ ⊙ the product of the others", "@ \\odot \\textstyle\\prod_{j \\ne i} $x_{j}"] },
  },
  max: {
    value: ["max of $x over #axes", "\\max_{\\text{#axes}} $x"],
    gradients: {
      x: ["@ where $x is largest, shared among equals, 0 elsewhere", "@ \\odot \\mathbf{1}[$x = \\max $x] / \\#"],
    },
    where: ["equals are the elements that are largest together", "\\# = \\text{number of equals}"],
  },
  min: {
    value: ["min of $x over #axes", "\\min_{\\text{#axes}} $x"],
    gradients: {
      x: ["@ where $x is smallest, shared among equals, 0 elsewhere", "@ \\odot \\mathbf{1}[$x = \\min $x] / \\#"],
    },
    where: ["equals are the elements that are smallest together", "\\# = \\text{number of equals}"],
  },
  euclideanNorm: {
    value: ["√Σ $x² over #axes", "\\sqrt{\\textstyle\\sum_{\\text{#axes}} $x^2}"],
    gradients: { x: ["@ ⊙ $x / y, 0 where y is", "@ \\odot $x / y"] },
    where: ["y is the result, repeated as @ along #axes", "y = \\sqrt{\\textstyle\\sum_{\\text{#axes}} $x^2}"],
  },
  std: {
    value: [
      "√(Σ ($x − mean)² / (n − #correction)) over #axes",
      "\\sqrt{\\tfrac{1}{n - #correction} \\textstyle\\sum_{\\text{#axes}} ($x - \\overline{$x})^2}",
    ],
    gradients: {
      x: [
        "@ ⊙ ($x − mean) / ((n − #correction) y), 0 where y is",
        "@ \\odot \\frac{$x - \\overline{$x}}{(n - #correction)\\, y}",
      ],
    },
    where: [
      "n is how many are reduced, y the result, repeated as @ along #axes",
      "n = \\#\\{\\text{reduced}\\},\\ y \\text{ the result}",
    ],
  },
  variance: {
    value: [
      "Σ ($x − mean)² / (n − #correction) over #axes",
      "\\tfrac{1}{n - #correction} \\textstyle\\sum_{\\text{#axes}} ($x - \\overline{$x})^2",
    ],
    gradients: {
      x: ["2 @ ⊙ ($x − mean) / (n − #correction)", "\\tfrac{2}{n - #correction}\\, @ \\odot ($x - \\overline{$x})"],
    },
    where: ["n is how many are reduced", "n = \\#\\{\\text{reduced}\\}"],
  },
  cumsum: {
    value: ["running sums of $x along axis #axis", "\\textstyle\\sum_{j \\le i} $x_{j}"],
    gradients: { x: ["@ summed from each element to the last", "\\textstyle\\sum_{j \\ge i} @_{j}"] },
  },
};
