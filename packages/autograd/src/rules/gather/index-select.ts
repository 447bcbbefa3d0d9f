import { indexAdd, indexSelect, type indexSelectOps } from "@unfoldjs/tensor-core";
import { linear, type RowsOf, savedAs, saving } from "../rule.ts";

export const indexSelectRules: RowsOf<typeof indexSelectOps> = {
  indexSelect: linear({
    x: saving("index", (dy, { index }, { attributes: { axis }, shapes }) =>
      indexAdd(dy, axis, savedAs(index, "i32"), shapes["x"]?.[axis] ?? 0),
    ),
  }),
  indexAdd: linear({
    rows: saving("index", (dy, { index }, { attributes: { axis } }) => indexSelect(dy, axis, savedAs(index, "i32"))),
  }),
};
