import { cumulativeCases } from "./cumulative.ts";
import { argumentCases, boolReduceCases, reduceCases as reductions } from "./reduce.ts";

export const reduceCases: typeof cumulativeCases & typeof argumentCases & typeof boolReduceCases & typeof reductions = {
  ...cumulativeCases,
  ...argumentCases,
  ...boolReduceCases,
  ...reductions,
};
