import { crossEntropyCases } from "./cross-entropy.ts";
import { softmaxCases as rows } from "./softmax.ts";

export const softmaxCases: typeof crossEntropyCases & typeof rows = { ...crossEntropyCases, ...rows };
