import { type selectOps, where, zerosLike } from "@unfoldjs/tensor-core";
import { elementwise, type RowsOf, savedAs, saving } from "../../row/row.ts";

export const selectRules: RowsOf<typeof selectOps> = {
  where: elementwise({
    a: saving("condition", (dy, { condition }) => where(savedAs(condition, "bool"), dy, zerosLike(dy))),
    b: saving("condition", (dy, { condition }) => where(savedAs(condition, "bool"), zerosLike(dy), dy)),
  }),
};
