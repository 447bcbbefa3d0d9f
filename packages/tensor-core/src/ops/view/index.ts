import { sliceGradientOps } from "./slice-gradient.ts";
import { viewOps } from "./view.ts";

export const viewFamily: typeof sliceGradientOps & typeof viewOps = { ...sliceGradientOps, ...viewOps };
