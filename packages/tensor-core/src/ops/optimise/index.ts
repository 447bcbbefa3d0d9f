import { adamOps } from "./adam.ts";
import { sgdOps } from "./sgd.ts";

/** Ops that write: they have no result, and no gradient. */
export const optimiseFamily: typeof adamOps & typeof sgdOps = { ...adamOps, ...sgdOps };
