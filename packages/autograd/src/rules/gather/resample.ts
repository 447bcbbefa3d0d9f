import { resample, type resampleOps, transposedRows } from "@unfoldjs/tensor-core";
import { linear, type RowsOf, savingNothing } from "../../row/row.ts";

export const resampleRules: RowsOf<typeof resampleOps> = {
  resample: linear({
    x: savingNothing((dy, { attributes: { axis, rows } }) => resample(dy, axis, transposedRows(rows))),
  }),
};
