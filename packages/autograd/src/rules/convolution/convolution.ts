import { conv2d, conv2dFilterGradient, conv2dInputGradient, type convolutionOps } from "@unfoldjs/tensor-core";
import { multilinear, type RowsOf, saving, savingNothing } from "../../row/row.ts";

// One form in three variables, linear in each: Σ dy · (x ⋆ w). Each op is its derivative by one of them.
export const convolutionRules: RowsOf<typeof convolutionOps> = {
  conv2d: multilinear(
    {
      x: saving("weight", (dy, { weight }, { attributes, shapes }) =>
        conv2dInputGradient(dy, weight, shapes["x"] ?? [], attributes),
      ),
      weight: saving("x", (dy, { x }, { attributes, shapes }) =>
        conv2dFilterGradient(x, dy, shapes["weight"] ?? [], attributes),
      ),
      bias: savingNothing((dy) => dy.sum([0, 2, 3])),
    },
    ["bias"],
  ),
  conv2dInputGradient: multilinear({
    dy: saving("weight", (dx, { weight }, { attributes }) => conv2d(dx, weight, undefined, attributes)),
    weight: saving("dy", (dx, { dy }, { attributes, shapes }) =>
      conv2dFilterGradient(dx, dy, shapes["weight"] ?? [], attributes),
    ),
  }),
  conv2dFilterGradient: multilinear({
    x: saving("dy", (dw, { dy }, { attributes, shapes }) => conv2dInputGradient(dy, dw, shapes["x"] ?? [], attributes)),
    dy: saving("x", (dw, { x }, { attributes }) => conv2d(x, dw, undefined, attributes)),
  }),
};
