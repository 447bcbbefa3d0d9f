import type { linearOps, matmulOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const linearFormulas: FormulasOf<typeof linearOps & typeof matmulOps> = {
  matmul: {
    value: ["$a · $b", "$a\\,$b"],
    gradients: { a: ["@ · $bᵀ", "@\\,$b^{\\top}"], b: ["$aᵀ · @", "$a^{\\top} @"] },
  },
  linear: {
    value: ["$x · $weightᵀ?bias( + $bias)", "$x\\,$weight^{\\top}?bias( + $bias)"],
    gradients: {
      x: ["@ · $weight", "@\\,$weight"],
      weight: ["@ᵀ · $x", "@^{\\top} $x"],
      bias: ["@ summed over its rows", "\\sum_{i} @_{i}"],
    },
  },
};
