import { sortCases as family } from "./sort.ts";

export const sortCases: typeof family = { ...family };
