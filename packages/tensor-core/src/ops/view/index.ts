import { viewOps } from "./view.ts";

export const viewFamily: typeof viewOps = { ...viewOps };
