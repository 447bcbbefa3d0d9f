import { drawOps } from "./draw.ts";

export const randomFamily: typeof drawOps = { ...drawOps };
