import { poolingOps } from "./pooling.ts";

export const poolingFamily: typeof poolingOps = { ...poolingOps };
