import { similarRowsOps } from "./similar-rows.ts";
import { sortOps } from "./sort.ts";

export const sortFamily: typeof similarRowsOps & typeof sortOps = { ...similarRowsOps, ...sortOps };
