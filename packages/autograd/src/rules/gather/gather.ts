import { gather, type gatherOps, scatterAdd, type Shape, zeros } from "@unfoldjs/tensor-core";
import { linear, type RowsOf, savedAs, saving, savingNothing } from "../../row/row.ts";

export const gatherRules: RowsOf<typeof gatherOps> = {
  gather: linear({
    x: saving("index", (dy, { index }, { attributes: { axis }, shapes }) =>
      scatterAdd(zeros<Shape>(shapes["x"] ?? []), axis, savedAs(index, "i32"), dy),
    ),
  }),
  scatterAdd: linear({
    x: savingNothing((dy) => dy),
    source: saving("index", (dy, { index }, { attributes: { axis } }) => gather(dy, axis, savedAs(index, "i32"))),
  }),
};
