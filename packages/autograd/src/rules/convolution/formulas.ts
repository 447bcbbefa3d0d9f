import type { convolutionOps } from "@unfoldjs/tensor-core";
import type { Form, Formula, FormulasOf } from "../../row/formula.ts";

/** One form in three variables, Σ dy · (x ⋆ w), over any number of axes: each op is its derivative by one of them. */
const STAR: Form = [
  "⋆ is cross-correlation, ⋆ᵀ puts each element back where it came from",
  "(x \\star w)_{n,o,p} = \\sum_{c,u} x_{n,c,\\,s p + d u}\\, w_{o,c,u},\\ \\langle z, x \\star w \\rangle = \\langle z \\star^{\\top} w, x \\rangle",
];

const forward: Formula<"x" | "weight" | "bias"> = {
  value: ["$x ⋆ $weight?bias( + $bias)", "$x \\star $weight?bias( + $bias)"],
  gradients: {
    x: ["@ ⋆ᵀ $weight", "@ \\star^{\\top} $weight"],
    weight: [
      "Σ of what each of its elements saw of $x, times @",
      "\\textstyle\\sum_{n,p} @_{n,o,p}\\, $x_{n,c,\\,s p + d u}",
    ],
    bias: ["@ summed over all but the channels", "\\textstyle\\sum_{n,p} @_{n,o,p}"],
  },
  where: STAR,
};

const inputGradient: Formula<"dy" | "weight"> = {
  value: ["$dy ⋆ᵀ $weight", "$dy \\star^{\\top} $weight"],
  gradients: {
    dy: ["@ ⋆ $weight", "@ \\star $weight"],
    weight: [
      "Σ of what each of its elements saw of @, times $dy",
      "\\textstyle\\sum_{n,p} $dy_{n,o,p}\\, @_{n,c,\\,s p + d u}",
    ],
  },
  where: STAR,
};

const filterGradient: Formula<"x" | "dy"> = {
  value: [
    "Σ of what each element of a filter saw of $x, times $dy",
    "\\textstyle\\sum_{n,p} $dy_{n,o,p}\\, $x_{n,c,\\,s p + d u}",
  ],
  gradients: { x: ["$dy ⋆ᵀ @", "$dy \\star^{\\top} @"], dy: ["$x ⋆ @", "$x \\star @"] },
  where: STAR,
};

export const convolutionFormulas: FormulasOf<typeof convolutionOps> = {
  conv1d: forward,
  conv1dInputGradient: inputGradient,
  conv1dFilterGradient: filterGradient,
  conv2d: forward,
  conv2dInputGradient: inputGradient,
  conv2dFilterGradient: filterGradient,
};
