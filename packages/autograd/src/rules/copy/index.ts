import { concatRules } from "./concat.ts";
import { copyRules } from "./copy.ts";

export const copyFamily: typeof concatRules & typeof copyRules = {
  ...concatRules,
  ...copyRules,
};
