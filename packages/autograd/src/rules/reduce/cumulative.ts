import { cumsum, type cumulativeOps, flip } from "@unfoldjs/tensor-core";
import { linear, type RowsOf, savingNothing } from "../../row/row.ts";

export const cumulativeRules: RowsOf<typeof cumulativeOps> = {
  // Each element is in its own sum and in all later ones.
  cumsum: linear({ x: savingNothing((dy, { attributes: { axis } }) => flip(cumsum(flip(dy, axis), axis), axis)) }),
};
