import { batchNormCases } from "./batch-norm.ts";
import { layerNormCases } from "./layer-norm.ts";

export const normaliseCases: typeof batchNormCases & typeof layerNormCases = { ...batchNormCases, ...layerNormCases };
