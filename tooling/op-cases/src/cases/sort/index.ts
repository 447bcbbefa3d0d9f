import { bincountCases, searchSortedCases, uniqueCases } from "./counting.ts";
import { similarRowsCases } from "./similar-rows.ts";
import { sortCases as sorts } from "./sort.ts";

export const sortCases: typeof bincountCases &
  typeof searchSortedCases &
  typeof similarRowsCases &
  typeof sorts &
  typeof uniqueCases = { ...bincountCases, ...searchSortedCases, ...similarRowsCases, ...sorts, ...uniqueCases };
