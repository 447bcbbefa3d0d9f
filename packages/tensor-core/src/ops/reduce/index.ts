import { argumentOps } from "./argument.ts";
import { cumulativeOps } from "./cumulative.ts";
import { momentOps } from "./moments.ts";
import { magnitudeOps } from "./magnitude.ts";
import { boolReduceOps, reduceOps } from "./reduce.ts";

export const reduceFamily: typeof argumentOps &
  typeof cumulativeOps &
  typeof momentOps &
  typeof magnitudeOps &
  typeof boolReduceOps &
  typeof reduceOps = {
  ...argumentOps,
  ...cumulativeOps,
  ...momentOps,
  ...magnitudeOps,
  ...boolReduceOps,
  ...reduceOps,
};
