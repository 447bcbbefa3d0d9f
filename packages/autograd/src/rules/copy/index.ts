import { castRules } from "./cast.ts";
import { concatRules } from "./concat.ts";
import { copyRules } from "./copy.ts";

export const copyFamily: typeof castRules & typeof concatRules & typeof copyRules = {
  ...castRules,
  ...concatRules,
  ...copyRules,
};
