import { crossEntropyOps } from "./cross-entropy.ts";
import { softmaxOps } from "./softmax.ts";

export const softmaxFamily: typeof crossEntropyOps & typeof softmaxOps = { ...crossEntropyOps, ...softmaxOps };
