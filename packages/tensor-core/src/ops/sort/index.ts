import { bincountOps } from "./bincount.ts";
import { searchSortedOps } from "./search-sorted.ts";
import { similarRowsOps } from "./similar-rows.ts";
import { sortOps } from "./sort.ts";
import { uniqueOps } from "./unique.ts";

export const sortFamily: typeof bincountOps &
  typeof searchSortedOps &
  typeof similarRowsOps &
  typeof sortOps &
  typeof uniqueOps = { ...bincountOps, ...searchSortedOps, ...similarRowsOps, ...sortOps, ...uniqueOps };
