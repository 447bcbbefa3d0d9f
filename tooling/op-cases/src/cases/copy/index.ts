import { assignCases } from "./assign.ts";
import { concatCases } from "./concat.ts";
import { castCases, copyCases as copies } from "./copy.ts";

export const copyCases: typeof assignCases & typeof concatCases & typeof castCases & typeof copies = {
  ...assignCases,
  ...concatCases,
  ...castCases,
  ...copies,
};
