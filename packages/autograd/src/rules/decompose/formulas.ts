import type { decomposeFamily } from "@unfoldjs/tensor-core";
import type { Formula, FormulasOf } from "../../row/formula.ts";

/** Of one result: each has its part in the gradient. */
const of = (
  value: readonly [string, string],
  gradient: readonly [string, string],
): Pick<Formula<"x">, "value" | "gradients"> => ({ value, gradients: { x: gradient } });

const GAPS = ["E_jk = s_k² − s_j²", "E_{jk} = s_k^2 - s_j^2"] as const;
const DIFFERENCES = ["E_jk = λ_k − λ_j", "E_{jk} = \\lambda_k - \\lambda_j"] as const;

export const decomposeFormulas: FormulasOf<typeof decomposeFamily> = {
  svd: {
    ...of(
      ["the U of $x = U · diag(s) · Vᵀ", "U \\text{ of } $x = U \\operatorname{diag}(s)\\,V^{\\top}"],
      [
        "(U · ((Uᵀ@u − @uᵀU) ⊘ E) · diag(s) + (1 − UUᵀ) · @u · diag(1 / s)) · Vᵀ",
        "\\left(U\\,\\tfrac{U^{\\top} @u - @u^{\\top} U}{E} \\operatorname{diag}(s) + (1 - U U^{\\top})\\,@u \\operatorname{diag}(\\tfrac{1}{s})\\right) V^{\\top}",
      ],
    ),
    where: GAPS,
    results: {
      s: of(
        ["the s of $x = U · diag(s) · Vᵀ", "s \\text{ of } $x = U \\operatorname{diag}(s)\\,V^{\\top}"],
        ["U · diag(@s) · Vᵀ", "U \\operatorname{diag}(@s)\\,V^{\\top}"],
      ),
      vh: of(
        ["the Vᵀ of $x = U · diag(s) · Vᵀ", "V^{\\top} \\text{ of } $x = U \\operatorname{diag}(s)\\,V^{\\top}"],
        [
          "U · (diag(s) · ((Vᵀ@vhᵀ − @vh V) ⊘ E) · Vᵀ + diag(1 / s) · @vh · (1 − VVᵀ))",
          "U \\left(\\operatorname{diag}(s)\\,\\tfrac{V^{\\top} @vh^{\\top} - @vh\\,V}{E}\\,V^{\\top} + \\operatorname{diag}(\\tfrac{1}{s})\\,@vh\\,(1 - V V^{\\top})\\right)",
        ],
      ),
    },
  },
  eigh: {
    ...of(
      ["the λ of $x = Q · diag(λ) · Qᵀ", "\\lambda \\text{ of } $x = Q \\operatorname{diag}(\\lambda)\\,Q^{\\top}"],
      ["Q · diag(@eigenvalues) · Qᵀ", "Q \\operatorname{diag}(@eigenvalues)\\,Q^{\\top}"],
    ),
    where: DIFFERENCES,
    results: {
      eigenvectors: of(
        ["the Q of $x = Q · diag(λ) · Qᵀ", "Q \\text{ of } $x = Q \\operatorname{diag}(\\lambda)\\,Q^{\\top}"],
        [
          "Q · sym(Qᵀ@eigenvectors ⊘ E) · Qᵀ",
          "Q \\operatorname{sym}\\left(\\tfrac{Q^{\\top} @eigenvectors}{E}\\right) Q^{\\top}",
        ],
      ),
    },
  },
};
