import { concatRules } from "./concat.ts";
import { copyRules } from "./copy.ts";
import { sliceGradientRules } from "./slice-gradient.ts";

export const copyFamily: typeof concatRules & typeof copyRules & typeof sliceGradientRules = {
  ...concatRules,
  ...copyRules,
  ...sliceGradientRules,
};
