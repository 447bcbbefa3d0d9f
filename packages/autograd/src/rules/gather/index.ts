import { gatherRules } from "./gather.ts";
import { indexSelectRules } from "./index-select.ts";
import { resampleRules } from "./resample.ts";

export const gatherFamily: typeof gatherRules & typeof indexSelectRules & typeof resampleRules = {
  ...gatherRules,
  ...indexSelectRules,
  ...resampleRules,
};
