import { cumulativeCases } from "./cumulative.ts";
import { magnitudeCases } from "./magnitude.ts";
import { argumentCases, boolReduceCases, reduceCases as reductions } from "./reduce.ts";

export const reduceCases: typeof cumulativeCases &
  typeof magnitudeCases &
  typeof argumentCases &
  typeof boolReduceCases &
  typeof reductions = {
  ...cumulativeCases,
  ...magnitudeCases,
  ...argumentCases,
  ...boolReduceCases,
  ...reductions,
};
