import { batchNormApplyRules, batchNormRules } from "./batch-norm.ts";
import { groupNormRules } from "./group-norm.ts";
import { layerNormRules } from "./layer-norm.ts";
import { localResponseNormRules } from "./local-response-norm.ts";
import { rmsNormRules } from "./rms-norm.ts";

export const normaliseFamily: typeof batchNormRules &
  typeof batchNormApplyRules &
  typeof groupNormRules &
  typeof layerNormRules &
  typeof localResponseNormRules &
  typeof rmsNormRules = {
  ...batchNormRules,
  ...batchNormApplyRules,
  ...groupNormRules,
  ...layerNormRules,
  ...localResponseNormRules,
  ...rmsNormRules,
};
