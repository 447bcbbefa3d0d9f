import { core, inCore } from "./heap.ts";
import { shared } from "./shared.ts";

let start = -1;
shared.forget.push(() => (start = -1));

/** Index of the frame's first word in `heapI32()`. What stands there is written by `wasm/frames.js`, made from the crate. */
export function frameStart(): number {
  if (start < 0) start = (inCore("@unfoldjs/tensor-core", () => core().frame()) >>> 0) / 4;
  return start;
}
