export { ops, table, type TableEntry } from "./cases/index.ts";
export { type Draw, elements, type Random, randomFrom, real, uniform } from "./draw.ts";
export { type Layout, layouts, type Placed } from "./layouts.ts";
export { type ByName, type Input, type OpCase, opCase, type Row } from "./op-case.ts";
export { asElement, castTo } from "./reference/elements.ts";
export { type Exact } from "./reference/exact.ts";
export { type SpeedCase, speedCases } from "./runners/speed.ts";
