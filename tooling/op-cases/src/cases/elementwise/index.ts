import { activationCases } from "./activation.ts";
import { arithmeticCases } from "./arithmetic.ts";
import { comparisonCases } from "./comparison.ts";
import { mathsCases } from "./maths.ts";
import { roundingCases } from "./rounding.ts";
import { selectCases } from "./select.ts";

export const elementwiseCases: typeof activationCases &
  typeof arithmeticCases &
  typeof comparisonCases &
  typeof mathsCases &
  typeof roundingCases &
  typeof selectCases = {
  ...activationCases,
  ...arithmeticCases,
  ...comparisonCases,
  ...mathsCases,
  ...roundingCases,
  ...selectCases,
};
