import { gatherRules } from "./gather.ts";
import { indexSelectRules } from "./index-select.ts";

export const gatherFamily: typeof gatherRules & typeof indexSelectRules = { ...gatherRules, ...indexSelectRules };
