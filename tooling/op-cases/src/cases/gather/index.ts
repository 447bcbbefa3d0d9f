import { coalesceRowsCases } from "./coalesce-rows.ts";
import { gatherCases as gathers, indexSelectCases, oneHotCases } from "./gather.ts";
import { nonZeroCases } from "./non-zero.ts";
import { resampleCases } from "./resample.ts";

export const gatherCases: typeof coalesceRowsCases &
  typeof gathers &
  typeof indexSelectCases &
  typeof nonZeroCases &
  typeof oneHotCases &
  typeof resampleCases = {
  ...coalesceRowsCases,
  ...gathers,
  ...indexSelectCases,
  ...nonZeroCases,
  ...oneHotCases,
  ...resampleCases,
};
