import type { Draw } from "../../draw.ts";
import { elements, uniform } from "../../draw.ts";

/** Small enough that gates are not saturated, where differences say little. */
export const weight: Draw<"f32"> = uniform(-0.8, 0.8);
/** As a sigmoid or tanh gives them. */
export const gateValue: Draw<"f32"> = uniform(0.1, 0.9);
/** Far from a kink, whatever small weights add: some units are on and some are off. */
export const decided: Draw<"f32"> = elements([2, -2, 2.5, -2.5, 3]);
/** Too small to decide against that. */
export const slight: Draw<"f32"> = uniform(-0.1, 0.1);
