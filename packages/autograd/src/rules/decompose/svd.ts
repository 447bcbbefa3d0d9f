import { concat, eye, slice, type svdOps, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { custom, type RowsOf, saving, type Some } from "../../row/row.ts";

type Results = "u" | "s" | "vh";

const row = (s: Tensor): Tensor => s.unsqueeze(-2);
const column = (s: Tensor): Tensor => s.unsqueeze(-1);
const skew = (x: Tensor): Tensor => x.sub(x.transpose());

/** What belongs to a singular value: of full matrices the first columns of U and rows of Vᵀ. */
function reduced({ u, s, vh }: Readonly<Record<Results, Tensor>>): Readonly<Record<Results, Tensor>> {
  const few = s.shape.at(-1) ?? 0;
  return { u: slice(u, -1, 0, few), s, vh: slice(vh, -2, 0, few) };
}

/** x over s_k − s_j at (j, k), and 0 on the diagonal. */
function overGaps(x: Tensor, s: Tensor): Tensor {
  const unit = eye(s.shape.at(-1) ?? 0) as Tensor;
  return x.mul(unit.neg().add(1)).div(row(s).sub(column(s)).add(unit));
}

/**
 * s_k / (s_k + s_j) at (j, k) beside the diagonal: with `overGaps` it is s_k / (s_k² − s_j²), and no square overflows or is lost where
 * singular values are very large or small, nor loses digits where they are near each other.
 */
function shares(s: Tensor): Tensor {
  const unit = eye(s.shape.at(-1) ?? 0) as Tensor;
  return row(s).div(row(s).add(column(s)).add(unit));
}

/** The gradient of x (Townsend 2016; PyTorch's `svd_backward`). What has no part in the loss has none here. */
function gradient(given: Some<Results>, saved: Readonly<Record<Results, Tensor>>): Tensor {
  const { u, s, vh } = reduced(saved);
  const [rows, columns, few] = [u.shape.at(-2) ?? 0, vh.shape.at(-1) ?? 0, s.shape.at(-1) ?? 0];
  const du = given.u === undefined ? undefined : slice(given.u, -1, 0, few);
  const dvh = given.vh === undefined ? undefined : slice(given.vh, -2, 0, few);
  const parts: Tensor[] = []; // of Uᵀ dx V
  if (given.s !== undefined) parts.push((eye(few) as Tensor).mul(row(given.s)));
  if (du !== undefined) parts.push(overGaps(skew(u.transpose().matmul(du)), s).mul(shares(s)));
  if (dvh !== undefined) parts.push(overGaps(skew(vh.matmul(dvh.transpose())), s).mul(shares(s).transpose()));
  const inside = parts.reduce((sum, part) => sum.add(part));
  let left = u.matmul(inside);
  if (du !== undefined && rows > few) {
    const share = du.div(row(s));
    left = left.add(share.sub(u.matmul(u.transpose().matmul(share))));
  }
  const whole: Tensor = left.matmul(vh);
  if (dvh === undefined || columns <= few) return whole;
  const share = dvh.div(column(s));
  return whole.add(u.matmul(share.sub(share.matmul(vh.transpose()).matmul(vh))));
}

/** The tangents of U, s and Vᵀ; those of vectors without a singular value are zeros, as their gradients are. */
function tangents(dx: Tensor, results: Readonly<Record<Results, Tensor>>): Record<Results, Tensor> {
  const { u, s, vh } = reduced(results);
  const few = s.shape.at(-1) ?? 0;
  const unit = eye(few) as Tensor;
  const inside: Tensor = u.transpose().matmul(dx).matmul(vh.transpose());
  const turn = (of: Tensor): Tensor => overGaps(of.add(of.transpose()), s);
  let du: Tensor = u.matmul(turn(inside.mul(shares(s))));
  let dvh: Tensor = turn(inside.mul(shares(s).transpose()))
    .transpose()
    .matmul(vh);
  if ((u.shape.at(-2) ?? 0) > few) {
    const share: Tensor = dx.matmul(vh.transpose()).div(row(s));
    du = du.add(share.sub(u.matmul(u.transpose().matmul(share))));
  }
  if ((vh.shape.at(-1) ?? 0) > few) {
    const share: Tensor = u.transpose().matmul(dx).div(column(s));
    dvh = dvh.add(share.sub(share.matmul(vh.transpose()).matmul(vh)));
  }
  return { u: withZeros(du, results.u, -1), s: inside.mul(unit).sum(-1), vh: withZeros(dvh, results.vh, -2) };
}

/** As long along an axis as `like`. */
function withZeros(x: Tensor, like: Tensor, axis: -1 | -2): Tensor {
  const at = x.rank + axis;
  const missing = (like.shape[at] ?? 0) - (x.shape[at] ?? 0);
  return missing === 0 ? x : concat([x, zeros(x.shape.with(at, missing))], at);
}

export const svdRules: RowsOf<typeof svdOps> = {
  svd: custom(
    {
      x: saving(["u", "s", "vh"], (given: Some<Results>, saved) => gradient(given, saved)),
    },
    ["u", "s", "vh"],
    ({ x }, results) => tangents(x as Tensor, results as Readonly<Record<Results, Tensor>>),
  ),
};
