import { drawOps } from "./draw.ts";
import { streamOps } from "./stream.ts";

export const randomFamily: typeof drawOps & typeof streamOps = { ...drawOps, ...streamOps };
