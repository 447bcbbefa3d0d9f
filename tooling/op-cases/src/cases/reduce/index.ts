import { cumulativeCases } from "./cumulative.ts";
import { momentCases } from "./moments.ts";
import { magnitudeCases } from "./magnitude.ts";
import { argumentCases, boolReduceCases, reduceCases as reductions } from "./reduce.ts";

export const reduceCases: typeof cumulativeCases &
  typeof momentCases &
  typeof magnitudeCases &
  typeof argumentCases &
  typeof boolReduceCases &
  typeof reductions = {
  ...cumulativeCases,
  ...momentCases,
  ...magnitudeCases,
  ...argumentCases,
  ...boolReduceCases,
  ...reductions,
};
