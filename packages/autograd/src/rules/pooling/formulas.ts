import type { poolingOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const poolingFormulas: FormulasOf<typeof poolingOps> = {
  maxPool2d: {
    value: ["the largest of each window of $x", "\\max_{\\text{window}} $x"],
    gradients: { x: ["@y added where each maximum stood, 0 elsewhere", "\\operatorname{scatter}_{\\arg\\max}(@y)"] },
  },
  maxPool2dGradient: {
    value: ["$dy added at $indices, 0 elsewhere", "\\operatorname{scatter}_{$indices}($dy)"],
    gradients: { dy: ["@ at $indices", "\\operatorname{gather}_{$indices}(@)"] },
  },
  maxPool2dGather: {
    value: ["$x at $indices", "\\operatorname{gather}_{$indices}($x)"],
    gradients: { x: ["@ added at $indices, 0 elsewhere", "\\operatorname{scatter}_{$indices}(@)"] },
  },
  avgPool2d: {
    value: ["the mean of each window of $x", "\\operatorname{mean}_{\\text{window}} $x"],
    gradients: {
      x: ["each element of @ shared evenly among its window", "\\operatorname{mean}_{\\text{window}}^{\\top} @"],
    },
  },
  avgPool2dGradient: {
    value: ["each element of $dy shared evenly among its window", "\\operatorname{mean}_{\\text{window}}^{\\top} $dy"],
    gradients: { dy: ["the mean of each window of @", "\\operatorname{mean}_{\\text{window}} @"] },
  },
};
