import { adamOps } from "./adam.ts";
import { adamRowsOps } from "./adam-rows.ts";
import { sgdOps } from "./sgd.ts";
import { sgdRowsOps } from "./sgd-rows.ts";

/** Ops that write: they have no result, and no gradient. */
export const optimiseFamily: typeof adamOps & typeof adamRowsOps & typeof sgdOps & typeof sgdRowsOps = {
  ...adamOps,
  ...adamRowsOps,
  ...sgdOps,
  ...sgdRowsOps,
};
