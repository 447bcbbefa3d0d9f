import { optimiseCases as family } from "./optimise.ts";

export const optimiseCases: typeof family = { ...family };
