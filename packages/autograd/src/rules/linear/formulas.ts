import type { linearActivatedOps, linearGradientOps, linearOps, matmulOps } from "@unfoldjs/tensor-core";
import type { FormulasOf } from "../../row/formula.ts";

export const linearFormulas: FormulasOf<
  typeof linearOps & typeof linearActivatedOps & typeof linearGradientOps & typeof matmulOps
> = {
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
  linearActivated: {
    value: ["#activation(z)", "\\operatorname{#activation}(z)"],
    gradients: {
      x: ["(@y ⊙ #activation′(z)) · $weight", "(@y \\odot \\operatorname{#activation}'(z))\\,$weight"],
      weight: ["(@y ⊙ #activation′(z))ᵀ · $x", "(@y \\odot \\operatorname{#activation}'(z))^{\\top} $x"],
      bias: [
        "@y ⊙ #activation′(z) summed over its rows",
        "\\textstyle\\sum_{\\text{rows}} @y \\odot \\operatorname{#activation}'(z)",
      ],
    },
    where: ["z = $x · $weightᵀ?bias( + $bias)", "z = $x\\,$weight^{\\top}?bias( + $bias)"],
  },
  linearGradient: {
    value: ["the gradients of linear", "\\operatorname{linear}'"],
  },
};
