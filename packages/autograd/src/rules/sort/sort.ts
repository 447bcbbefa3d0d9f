import { gather, scatterAdd, type Shape, type sortOps, type Tensor, zeros } from "@unfoldjs/tensor-core";
import { custom, type RowsOf, savedAs, saving, type Some } from "../../row/row.ts";

/** An element's gradient goes back to where it stood; its tangent comes from there. */
export const sortRules: RowsOf<typeof sortOps> = {
  sort: custom(
    {
      x: saving("indices", ({ values: dy }: Some<"values">, { indices }, { shapes }) =>
        scatterAdd(zeros<Shape>(shapes["x"] ?? []), -1, savedAs(indices, "i32"), dy as Tensor),
      ),
    },
    ["indices"],
    ({ x }, { indices }) => ({ values: gather(x as Tensor, -1, savedAs(indices as Tensor, "i32")) }),
  ),
};
