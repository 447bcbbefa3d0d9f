import { sliceGradientCases } from "./slice-gradient.ts";
import { viewCases as views } from "./view.ts";

export const viewCases: typeof sliceGradientCases & typeof views = { ...sliceGradientCases, ...views };
