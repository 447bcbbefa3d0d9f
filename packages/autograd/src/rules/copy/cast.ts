import type { castOps } from "@unfoldjs/tensor-core";
import { elementwise, type RowsOf, savingNothing } from "../../row/row.ts";

export const castRules: RowsOf<typeof castOps> = {
  // Gradients are f32, whatever the values are stored as; what comes out as whole numbers has none.
  cast: elementwise({ x: savingNothing((dy) => dy) }),
};
