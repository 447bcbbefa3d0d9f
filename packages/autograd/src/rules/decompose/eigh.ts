import { eye, type eighOps, type Tensor } from "@unfoldjs/tensor-core";
import { custom, type RowsOf, saving, type Some } from "../../row/row.ts";

type Results = "eigenvalues" | "eigenvectors";

/** X over λ_k − λ_j at (j, k), and 0 on the diagonal. */
function overGaps(x: Tensor, values: Tensor): Tensor {
  const unit = eye(values.shape.at(-1) ?? 0) as Tensor;
  const gaps = values.unsqueeze(-2).sub(values.unsqueeze(-1)).add(unit);
  return x.mul(unit.neg().add(1)).div(gaps);
}

function diagonal(values: Tensor): Tensor {
  return (eye(values.shape.at(-1) ?? 0) as Tensor).mul(values.unsqueeze(-2));
}

/** The mean of a matrix and its transpose: half of what an element does, its mirror image does. */
function symmetric(x: Tensor): Tensor {
  return x.add(x.transpose()).mul(0.5);
}

/** Q (diag(dλ) + sym(Qᵀ dQ ⊘ (λ_k − λ_j))) Qᵀ (Giles 2008, section 3.1; PyTorch's `linalg_eigh`). */
export const eighRules: RowsOf<typeof eighOps> = {
  eigh: custom(
    {
      x: saving(
        ["eigenvalues", "eigenvectors"],
        ({ eigenvalues: dValues, eigenvectors: dVectors }: Some<Results>, saved) => {
          const { eigenvalues: values, eigenvectors: q } = saved;
          const parts: Tensor[] = dValues === undefined ? [] : [diagonal(dValues)];
          if (dVectors !== undefined) parts.push(symmetric(overGaps(q.transpose().matmul(dVectors), values)));
          return q.matmul(parts.reduce((sum, part) => sum.add(part))).matmul(q.transpose());
        },
      ),
    },
    ["eigenvalues", "eigenvectors"],
    ({ x }, { eigenvalues, eigenvectors }) => {
      const q = eigenvectors as Tensor;
      const inside: Tensor = q
        .transpose()
        .matmul(symmetric(x as Tensor))
        .matmul(q);
      const unit = eye(q.shape.at(-1) ?? 0) as Tensor;
      return {
        eigenvalues: inside.mul(unit).sum(-1),
        eigenvectors: q.matmul(overGaps(inside, eigenvalues as Tensor)),
      };
    },
  ),
};
