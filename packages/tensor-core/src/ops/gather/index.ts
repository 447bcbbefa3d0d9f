import { coalesceRowsOps } from "./coalesce-rows.ts";
import { gatherOps } from "./gather.ts";
import { indexSelectOps } from "./index-select.ts";
import { nonZeroOps } from "./non-zero.ts";
import { oneHotOps } from "./one-hot.ts";
import { resampleOps } from "./resample.ts";

export const gatherFamily: typeof coalesceRowsOps &
  typeof gatherOps &
  typeof indexSelectOps &
  typeof nonZeroOps &
  typeof oneHotOps &
  typeof resampleOps = {
  ...coalesceRowsOps,
  ...gatherOps,
  ...indexSelectOps,
  ...nonZeroOps,
  ...oneHotOps,
  ...resampleOps,
};
