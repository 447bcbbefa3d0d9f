import type { concatOps, copyOps, sliceGradientOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../formula.ts";

export const copyFormulas: FormulasOf<typeof concatOps & typeof copyOps & typeof sliceGradientOps> = {
  copy: { value: ["$x", "$x"], gradients: { x: ["@", "@"] } },
  concat: {
    value: ["its inputs one after the other along axis #axis", "\\operatorname{concat}_{\\text{axis } #axis}"],
    each: ["the part of @ that it became", "\\operatorname{part}(@)"],
  },
  sliceGradient: {
    value: ["$dy in its place among zeros", "\\operatorname{place}($dy)"],
    gradients: { dy: ["@ cut out of there", "\\operatorname{part}(@)"] },
  },
};
