import { batchNormOps } from "./batch-norm.ts";
import { layerNormOps } from "./layer-norm.ts";

export const normaliseFamily: typeof batchNormOps & typeof layerNormOps = { ...batchNormOps, ...layerNormOps };
