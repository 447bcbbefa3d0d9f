import { assignCases } from "./assign.ts";
import { concatCases } from "./concat.ts";
import { castCases, copyCases as copies } from "./copy.ts";
import { sliceGradientCases } from "./slice-gradient.ts";

export const copyCases: typeof assignCases &
  typeof concatCases &
  typeof castCases &
  typeof copies &
  typeof sliceGradientCases = { ...assignCases, ...concatCases, ...castCases, ...copies, ...sliceGradientCases };
