import { sliceGradientRules } from "./slice-gradient.ts";
import { viewRules } from "./view.ts";

export const viewFamily: typeof sliceGradientRules & typeof viewRules = { ...sliceGradientRules, ...viewRules };
