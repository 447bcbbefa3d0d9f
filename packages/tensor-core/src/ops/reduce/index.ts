import { argumentOps } from "./argument.ts";
import { cumulativeOps } from "./cumulative.ts";
import { boolReduceOps, reduceOps } from "./reduce.ts";

export const reduceFamily: typeof argumentOps & typeof cumulativeOps & typeof boolReduceOps & typeof reduceOps = {
  ...argumentOps,
  ...cumulativeOps,
  ...boolReduceOps,
  ...reduceOps,
};
