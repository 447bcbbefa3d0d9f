import type { Cell } from "../../look/cell.ts";
import { begin, descend, type Task } from "./descent.ts";
import type { Found, Learning } from "./learning.ts";
import { type Filtered, filter, type Picture } from "./operation.ts";
import { explainWeight, type WeightOrigin } from "./weight-origin.ts";

/** What is seen of a search: its numbers, what they make of the picture, and of one number where its next step comes from. */
export interface Learned {
  readonly found: Found;
  readonly made: Filtered;
  readonly origin: WeightOrigin | undefined;
}

/** The beginning of a search, with what the target makes of the picture. @param at the number to explain, if any */
export function beginLearning(task: Task, learning: Learning, at?: Cell): Learned & { readonly wanted: Filtered } {
  const found = begin(task.target.length, learning.seed);
  return { ...looked(task, learning, found, at), wanted: edgesOf(task.picture, task.target) };
}

/** Steps on, and a look at what they have come to: in one call, so that a look costs the page one message. */
export function learn(task: Task, learning: Learning, from: Found, steps: number, at?: Cell): Learned {
  return looked(task, learning, descend(task, learning, from, steps), at);
}

function looked(task: Task, learning: Learning, found: Found, at: Cell | undefined): Learned {
  const origin = at === undefined ? undefined : explainWeight(task, learning, found, at);
  return { found, made: edgesOf(task.picture, found.kernel), origin };
}

function edgesOf(picture: Picture, kernel: ArrayLike<number>): Filtered {
  return filter(picture, { measure: "kernel", kernel: Array.from(kernel), mode: "correlation", padding: "valid" });
}
