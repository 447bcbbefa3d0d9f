export { table, type TableEntry } from "./cases/index.ts";
export { type SpeedCase, speedCases } from "./runners/speed.ts";
