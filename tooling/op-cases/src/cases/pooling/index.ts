import { pool1dCases } from "./pool1d.ts";
import { pool2dCases } from "./pool2d.ts";

export const poolingCases: typeof pool1dCases & typeof pool2dCases = { ...pool1dCases, ...pool2dCases };
