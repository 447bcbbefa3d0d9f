import { convolutionRules } from "./convolution.ts";

export const convolutionFamily: typeof convolutionRules = { ...convolutionRules };
