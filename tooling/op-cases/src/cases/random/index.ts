import { randomCases as family } from "./random.ts";

export const randomCases: typeof family = { ...family };
