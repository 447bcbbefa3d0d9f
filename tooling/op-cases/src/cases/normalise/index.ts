import { layerNormCases } from "./layer-norm.ts";

export const normaliseCases: typeof layerNormCases = { ...layerNormCases };
