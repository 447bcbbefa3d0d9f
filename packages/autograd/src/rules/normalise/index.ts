import { batchNormRules } from "./batch-norm.ts";
import { layerNormRules } from "./layer-norm.ts";

export const normaliseFamily: typeof batchNormRules & typeof layerNormRules = { ...batchNormRules, ...layerNormRules };
