import { conv1dCases } from "./conv1d.ts";
import { conv2dCases } from "./conv2d.ts";

export const convolutionCases: typeof conv1dCases & typeof conv2dCases = { ...conv1dCases, ...conv2dCases };
