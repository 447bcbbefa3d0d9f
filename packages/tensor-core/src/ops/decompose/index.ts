import { eighOps } from "./eigh.ts";
import { svdOps } from "./svd.ts";

export const decomposeFamily: typeof eighOps & typeof svdOps = { ...eighOps, ...svdOps };
