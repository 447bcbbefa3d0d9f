import { type roundingOps, type Tensor, zerosLike } from "@unfoldjs/tensor-core";
import { elementwise, type RowsOf, savingNothing } from "../../row/row.ts";

/** Their slope is 0 wherever they have one. */
const flat = elementwise({ x: savingNothing((dy: Tensor) => zerosLike(dy)) });

export const roundingRules: RowsOf<typeof roundingOps> = {
  sign: flat,
  step: flat,
  floor: flat,
  ceil: flat,
  round: flat,
  trunc: flat,
};
