import { indexAdd, indexSelect, type indexSelectOps } from "@unfoldjs/tensor-core";
import { RowGradient } from "../../gradient/row-gradient.ts";
import { isDerivedFurther } from "../../gradient/derivation.ts";
import { linear, type RowsOf, savedAs, saving } from "../../row/row.ts";

export const indexSelectRules: RowsOf<typeof indexSelectOps> = {
  indexSelect: linear({
    x: saving("index", (dy, { index }, { attributes: { axis, sparse }, shapes }) => {
      const [indices, shape] = [savedAs(index, "i32"), shapes["x"] ?? []];
      // Whoever derives further sees a whole table.
      if (sparse && axis === 0 && !isDerivedFurther()) return new RowGradient({ indices, values: dy }, shape);
      return indexAdd(dy, axis, indices, shape[axis] ?? 0);
    }),
  }),
  indexAdd: linear({
    rows: saving("index", (dy, { index }, { attributes: { axis } }) => indexSelect(dy, axis, savedAs(index, "i32"))),
  }),
};
