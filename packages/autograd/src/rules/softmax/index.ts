import { crossEntropyRules } from "./cross-entropy.ts";
import { softmaxRules } from "./softmax.ts";

export const softmaxFamily: typeof crossEntropyRules & typeof softmaxRules = { ...crossEntropyRules, ...softmaxRules };
