import type { castOps, concatOps, copyOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const copyFormulas: FormulasOf<typeof castOps & typeof concatOps & typeof copyOps> = {
  cast: { value: ["$x as #dtype", "\\operatorname{round}_{#dtype}($x)"], slopes: { x: ["1", "1"] } },
  copy: { value: ["$x", "$x"], gradients: { x: ["@", "@"] } },
  concat: {
    value: ["its inputs one after the other along axis #axis", "\\operatorname{concat}_{\\text{axis } #axis}"],
    each: ["the part of @ that it became", "\\operatorname{part}(@)"],
  },
};
