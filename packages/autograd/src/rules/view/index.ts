import { viewRules } from "./view.ts";

export const viewFamily: typeof viewRules = { ...viewRules };
