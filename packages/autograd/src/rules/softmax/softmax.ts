import {
  logSoftmaxGradient,
  softmax,
  type softmaxOps,
  softmaxGradient,
  type Tensor,
  where,
} from "@unfoldjs/tensor-core";
import { custom, type RowsOf, saving, type Some } from "../../row/row.ts";

export const softmaxRules: RowsOf<typeof softmaxOps> = {
  // The Jacobian diag(y) − y yᵀ is symmetric: a tangent goes the way of a gradient.
  softmax: custom({ x: saving("y", (dy, { y }) => softmaxGradient(dy, y)) }, ["y"], ({ x: t }, { y }) =>
    softmaxGradient(t as Tensor, y as Tensor),
  ),
  logSoftmax: custom({ x: saving("y", (dy, { y }) => logSoftmaxGradient(dy, y)) }, ["y"], ({ x: t }, { y }) =>
    (t as Tensor).sub((t as Tensor).mul((y as Tensor).exp()).sum(-1, true)),
  ),
  logSumExp: custom(
    { x: saving(["x", "y"], (dy, { x, y }) => sharesOf(x, y).mul(dy.unsqueeze(-1))) },
    ["x", "y"],
    ({ x: t }, { x, y }) =>
      sharesOf(x as Tensor, y as Tensor)
        .mul(t as Tensor)
        .sum(-1),
  ),
  // g = y (d − s), s = Σ d y along the last axis. In d it is its own adjoint; in y: d (·) − s (·) − d Σ y (·).
  softmaxGradient: custom(
    {
      dy: saving("y", (dg, { y }) => softmaxGradient(dg, y)),
      y: saving(["dy", "y"], (dg, { dy: d, y }) =>
        dg.mul(d.sub(d.mul(y).sum(-1, true))).sub(d.mul(dg.mul(y).sum(-1, true))),
      ),
    },
    ["dy", "y"],
    (tangents, { dy: d, y }) =>
      added(
        tangents,
        (t) => softmaxGradient(t, y as Tensor),
        (t) =>
          t
            .mul((d as Tensor).sub((d as Tensor).mul(y as Tensor).sum(-1, true)))
            .sub((y as Tensor).mul(t.mul(d as Tensor).sum(-1, true))),
      ),
  ),
  // g = d − eʸ Σ d
  logSoftmaxGradient: custom(
    {
      dy: saving("y", (dg, { y }) => dg.sub(dg.mul(y.exp()).sum(-1, true))),
      y: saving(["dy", "y"], (dg, { dy: d, y }) => dg.mul(y.exp()).mul(d.sum(-1, true)).neg()),
    },
    ["dy", "y"],
    (tangents, { dy: d, y }) =>
      added(
        tangents,
        (t) => logSoftmaxGradient(t, y as Tensor),
        (t) =>
          t
            .mul((y as Tensor).exp())
            .mul((d as Tensor).sum(-1, true))
            .neg(),
      ),
  ),
};

/**
 * softmax x, but exp(x − y) where y = log Σ exp x is infinite: of an element beside an ∞ 0, and NaN of that itself, as in
 * PyTorch.
 */
function sharesOf(x: Tensor, y: Tensor): Tensor {
  const row = y.unsqueeze(-1);
  return where(row.equal(Infinity), x.sub(row).exp(), softmax(x));
}

/** The sum of what the tangents of dy and of y, as far as there are any, give. */
function added({ dy, y }: Some, ofDy: (t: Tensor) => Tensor, ofY: (t: Tensor) => Tensor): Tensor {
  if (dy === undefined) return ofY(y as Tensor);
  return y === undefined ? ofDy(dy) : ofDy(dy).add(ofY(y));
}
