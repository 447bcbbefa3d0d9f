import {
  avgPool2dGradient,
  avgPool2dOver,
  maxPool2dGather,
  maxPool2dGradient,
  type poolingOps,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { custom, linear, type RowsOf, savedAs, saving, savingNothing, type Some } from "../../row/row.ts";

export const poolingRules: RowsOf<typeof poolingOps> = {
  maxPool2d: custom(
    {
      x: saving("indices", ({ y: dy }: Some<"y">, { indices }, { shapes }) =>
        maxPool2dGradient(dy as Tensor, savedAs(indices, "i32"), shapes["x"] ?? []),
      ),
    },
    ["indices"],
    ({ x }, { indices }) => ({ y: maxPool2dGather(x as Tensor, savedAs(indices as Tensor, "i32")) }),
  ),
  // Scattering and gathering by the same indices are each other's transpose.
  maxPool2dGradient: linear({
    dy: saving("indices", (dx, { indices }) => maxPool2dGather(dx, savedAs(indices, "i32"))),
  }),
  maxPool2dGather: linear({
    x: saving("indices", (dy, { indices }, { shapes }) =>
      maxPool2dGradient(dy, savedAs(indices, "i32"), shapes["x"] ?? []),
    ),
  }),
  avgPool2d: linear({
    x: savingNothing((dy, { attributes, shapes }) => avgPool2dGradient(dy, shapes["x"] ?? [], attributes)),
  }),
  avgPool2dGradient: linear({ dy: savingNothing((dx, { attributes }) => avgPool2dOver(dx, attributes)) }),
};
