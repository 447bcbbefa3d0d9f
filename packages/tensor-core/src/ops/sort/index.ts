import { sortOps } from "./sort.ts";

export const sortFamily: typeof sortOps = { ...sortOps };
