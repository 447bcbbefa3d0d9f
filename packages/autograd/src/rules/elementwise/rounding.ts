import type { roundingOps } from "@unfoldjs/tensor-core";
import { elementwise, flat, type RowsOf } from "../../row/row.ts";

/** Their slope is 0 wherever they have one. */
const piecewise = elementwise({ x: flat });

export const roundingRules: RowsOf<typeof roundingOps> = {
  sign: piecewise,
  step: piecewise,
  floor: piecewise,
  ceil: piecewise,
  round: piecewise,
  trunc: piecewise,
};
