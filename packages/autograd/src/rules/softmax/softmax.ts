import { logSoftmaxGradient, softmax, type softmaxOps, softmaxGradient } from "@unfoldjs/tensor-core";
import { custom, type RowsOf, saving } from "../rule.ts";

export const softmaxRules: RowsOf<typeof softmaxOps> = {
  softmax: custom({ x: saving("y", (dy, { y }) => softmaxGradient(dy, y)) }),
  logSoftmax: custom({ x: saving("y", (dy, { y }) => logSoftmaxGradient(dy, y)) }),
  logSumExp: custom({ x: saving("x", (dy, { x }) => softmax(x).mul(dy.unsqueeze(-1))) }),
  // g = y (d − s), s = Σ d y along the last axis. In d it is its own adjoint; in y: d (·) − s (·) − d Σ y (·).
  softmaxGradient: custom({
    dy: saving("y", (dg, { y }) => softmaxGradient(dg, y)),
    y: saving(["dy", "y"], (dg, { dy: d, y }) =>
      dg.mul(d.sub(d.mul(y).sum(-1, true))).sub(d.mul(dg.mul(y).sum(-1, true))),
    ),
  }),
  // g = d − eʸ Σ d
  logSoftmaxGradient: custom({
    dy: saving("y", (dg, { y }) => dg.sub(dg.mul(y.exp()).sum(-1, true))),
    y: saving(["dy", "y"], (dg, { dy: d, y }) => dg.mul(y.exp()).mul(d.sum(-1, true)).neg()),
  }),
};
