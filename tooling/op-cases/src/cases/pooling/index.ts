import { poolingCases as family } from "./pooling.ts";

export const poolingCases: typeof family = { ...family };
