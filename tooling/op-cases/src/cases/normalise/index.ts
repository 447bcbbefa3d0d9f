import { batchNormApplyCases } from "./batch-norm-apply.ts";
import { batchNormCases } from "./batch-norm.ts";
import { groupNormCases } from "./group-norm.ts";
import { layerNormCases } from "./layer-norm.ts";
import { localResponseNormCases } from "./local-response-norm.ts";
import { rmsNormCases } from "./rms-norm.ts";
import { runningCases } from "./running.ts";

export const normaliseCases: typeof batchNormCases &
  typeof batchNormApplyCases &
  typeof groupNormCases &
  typeof layerNormCases &
  typeof localResponseNormCases &
  typeof rmsNormCases &
  typeof runningCases = {
  ...batchNormCases,
  ...batchNormApplyCases,
  ...groupNormCases,
  ...layerNormCases,
  ...localResponseNormCases,
  ...rmsNormCases,
  ...runningCases,
};
