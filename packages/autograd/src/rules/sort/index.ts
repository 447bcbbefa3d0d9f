import { sortRules } from "./sort.ts";

export const sortFamily: typeof sortRules = { ...sortRules };
