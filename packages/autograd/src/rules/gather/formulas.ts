import type { gatherOps, indexSelectOps, resampleOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const gatherFormulas: FormulasOf<typeof gatherOps & typeof indexSelectOps & typeof resampleOps> = {
  gather: {
    value: ["$x at $index along axis #axis", "\\operatorname{gather}_{$index}($x)"],
    gradients: { x: ["zeros, with @ added at $index", "\\operatorname{scatter}_{$index}(@)"] },
  },
  scatterAdd: {
    value: ["$x, with $source added at $index", "$x + \\operatorname{scatter}_{$index}($source)"],
    gradients: { x: ["@", "@"], source: ["@ at $index", "\\operatorname{gather}_{$index}(@)"] },
  },
  indexSelect: {
    value: ["$x by rows $index along axis #axis", "\\operatorname{onehot}($index)\\,$x"],
    gradients: { x: ["zeros, with the rows of @ added at $index", "\\operatorname{onehot}($index)^{\\top} @"] },
  },
  indexAdd: {
    value: ["zeros, with $rows added at $index", "\\operatorname{onehot}($index)^{\\top} $rows"],
    gradients: { rows: ["@ by rows $index", "\\operatorname{onehot}($index)\\,@"] },
  },
  resample: {
    value: ["sums of $x by sparse rows along axis #axis", "R\\,$x"],
    gradients: { x: ["sums of @ by the rows' transpose along axis #axis", "R^{\\top} @"] },
  },
};
