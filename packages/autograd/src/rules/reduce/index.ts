import { cumulativeRules } from "./cumulative.ts";
import { momentRules } from "./moments.ts";
import { reduceRules } from "./reduce.ts";

export const reduceFamily: typeof cumulativeRules & typeof momentRules & typeof reduceRules = {
  ...cumulativeRules,
  ...momentRules,
  ...reduceRules,
};
