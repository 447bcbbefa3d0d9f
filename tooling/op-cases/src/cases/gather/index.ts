import { coalesceRowsCases } from "./coalesce-rows.ts";
import { gatherCases as gathers, indexSelectCases, oneHotCases } from "./gather.ts";

export const gatherCases: typeof coalesceRowsCases & typeof gathers & typeof indexSelectCases & typeof oneHotCases = {
  ...coalesceRowsCases,
  ...gathers,
  ...indexSelectCases,
  ...oneHotCases,
};
