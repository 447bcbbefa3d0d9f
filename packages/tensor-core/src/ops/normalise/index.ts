import { batchNormApplyOps } from "./batch-norm-apply.ts";
import { batchNormOps } from "./batch-norm.ts";
import { groupNormOps } from "./group-norm.ts";
import { layerNormOps } from "./layer-norm.ts";
import { localResponseNormOps } from "./local-response-norm.ts";
import { rmsNormOps } from "./rms-norm.ts";
import { runningOps } from "./running.ts";

export const normaliseFamily: typeof batchNormOps &
  typeof batchNormApplyOps &
  typeof groupNormOps &
  typeof layerNormOps &
  typeof localResponseNormOps &
  typeof rmsNormOps &
  typeof runningOps = {
  ...batchNormOps,
  ...batchNormApplyOps,
  ...groupNormOps,
  ...layerNormOps,
  ...localResponseNormOps,
  ...rmsNormOps,
  ...runningOps,
};
