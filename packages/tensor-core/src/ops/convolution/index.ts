import { convolutionOps } from "./convolution.ts";

export const convolutionFamily: typeof convolutionOps = { ...convolutionOps };
