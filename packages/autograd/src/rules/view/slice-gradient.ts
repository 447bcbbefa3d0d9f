import { sliceSpans, type sliceGradientOps } from "@unfoldjs/tensor-core";
import { linear, type RowsOf, savingNothing } from "../../row/row.ts";

export const sliceGradientRules: RowsOf<typeof sliceGradientOps> = {
  sliceGradient: linear({ dy: savingNothing((dy, { attributes: { spans } }) => sliceSpans(dy, spans)) }),
};
