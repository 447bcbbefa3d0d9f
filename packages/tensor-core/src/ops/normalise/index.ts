import { layerNormOps } from "./layer-norm.ts";

export const normaliseFamily: typeof layerNormOps = { ...layerNormOps };
