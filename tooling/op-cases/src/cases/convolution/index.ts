import { convolutionCases as family } from "./convolution.ts";

export const convolutionCases: typeof family = { ...family };
