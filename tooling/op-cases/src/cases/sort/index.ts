import { similarRowsCases } from "./similar-rows.ts";
import { sortCases as sorts } from "./sort.ts";

export const sortCases: typeof similarRowsCases & typeof sorts = { ...similarRowsCases, ...sorts };
