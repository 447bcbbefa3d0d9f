import { gatherOps } from "./gather.ts";
import { indexSelectOps } from "./index-select.ts";
import { oneHotOps } from "./one-hot.ts";

export const gatherFamily: typeof gatherOps & typeof indexSelectOps & typeof oneHotOps = {
  ...gatherOps,
  ...indexSelectOps,
  ...oneHotOps,
};
