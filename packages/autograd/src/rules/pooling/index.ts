import { poolingRules } from "./pooling.ts";

export const poolingFamily: typeof poolingRules = { ...poolingRules };
