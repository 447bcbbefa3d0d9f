import { eighRules } from "./eigh.ts";
import { svdRules } from "./svd.ts";

export const decomposeFamily: typeof eighRules & typeof svdRules = { ...eighRules, ...svdRules };
