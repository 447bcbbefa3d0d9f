import { eighCases } from "./eigh.ts";
import { svdCases } from "./svd.ts";

export const decomposeCases: typeof eighCases & typeof svdCases = { ...eighCases, ...svdCases };
