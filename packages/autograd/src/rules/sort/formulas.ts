import type { sortOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const sortFormulas: FormulasOf<typeof sortOps> = {
  sort: {
    value: ["$x in order along the last axis", "\\operatorname{sort}($x)"],
    gradients: { x: ["@values put back to where each element stood", "\\operatorname{sort}^{-1}(@values)"] },
  },
};
