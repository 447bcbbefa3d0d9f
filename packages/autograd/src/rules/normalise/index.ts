import { layerNormRules } from "./layer-norm.ts";

export const normaliseFamily: typeof layerNormRules = { ...layerNormRules };
