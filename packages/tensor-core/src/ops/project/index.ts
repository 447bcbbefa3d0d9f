import { tSneOps } from "./t-sne.ts";

export const projectFamily: typeof tSneOps = { ...tSneOps };
