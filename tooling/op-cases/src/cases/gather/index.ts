import { gatherCases as gathers, indexSelectCases, oneHotCases } from "./gather.ts";

export const gatherCases: typeof gathers & typeof indexSelectCases & typeof oneHotCases = {
  ...gathers,
  ...indexSelectCases,
  ...oneHotCases,
};
