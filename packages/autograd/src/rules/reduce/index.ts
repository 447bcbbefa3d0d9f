import { cumulativeRules } from "./cumulative.ts";
import { reduceRules } from "./reduce.ts";

export const reduceFamily: typeof cumulativeRules & typeof reduceRules = { ...cumulativeRules, ...reduceRules };
