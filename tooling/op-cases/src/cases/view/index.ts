import { viewCases as family } from "./view.ts";

export const viewCases: typeof family = { ...family };
