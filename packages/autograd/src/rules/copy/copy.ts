import type { copyOps } from "@unfoldjs/tensor-core";
import { linear, type RowsOf, savingNothing } from "../../row/row.ts";

export const copyRules: RowsOf<typeof copyOps> = {
  copy: linear({ x: savingNothing((dy) => dy) }),
};
