import type { poolingOps } from "@unfoldjs/tensor-core";
import type { Formula, FormulasOf } from "../../row/formula.ts";

const maximum: Formula<"x"> = {
  value: ["the largest of each window of $x", "\\max_{\\text{window}} $x"],
  gradients: { x: ["@y added where each maximum stood, 0 elsewhere", "\\operatorname{scatter}_{\\arg\\max}(@y)"] },
};

const scatter: Formula<"dy"> = {
  value: ["$dy added at $indices, 0 elsewhere", "\\operatorname{scatter}_{$indices}($dy)"],
  gradients: { dy: ["@ at $indices", "\\operatorname{gather}_{$indices}(@)"] },
};

const gather: Formula<"x"> = {
  value: ["$x at $indices", "\\operatorname{gather}_{$indices}($x)"],
  gradients: { x: ["@ added at $indices, 0 elsewhere", "\\operatorname{scatter}_{$indices}(@)"] },
};

const mean: Formula<"x"> = {
  value: ["the mean of each window of $x", "\\operatorname{mean}_{\\text{window}} $x"],
  gradients: {
    x: ["each element of @ shared evenly among its window", "\\operatorname{mean}_{\\text{window}}^{\\top} @"],
  },
};

const share: Formula<"dy"> = {
  value: ["each element of $dy shared evenly among its window", "\\operatorname{mean}_{\\text{window}}^{\\top} $dy"],
  gradients: { dy: ["the mean of each window of @", "\\operatorname{mean}_{\\text{window}} @"] },
};

export const poolingFormulas: FormulasOf<typeof poolingOps> = {
  maxPool1d: maximum,
  maxPool1dGradient: scatter,
  maxPool1dGather: gather,
  avgPool1d: mean,
  avgPool1dGradient: share,
  maxPool2d: maximum,
  maxPool2dGradient: scatter,
  maxPool2dGather: gather,
  avgPool2d: mean,
  avgPool2dGradient: share,
};
