import { shared } from "../runtime/shared.ts";
import type { Storage } from "./storage.ts";

/** What the registry keeps of a handle: the count it holds, until the handle gives that back itself. */
export interface FinaliserCell {
  storage: Storage | undefined;
}

// A net, not a plan: engines call back only between macrotasks, never inside a synchronous loop.
const registry = new FinalizationRegistry<FinaliserCell>((cell) => {
  if (cell.storage === undefined) return;
  cell.storage.release();
  shared.liveTensors--;
});

/** Gives `handle`'s count on `storage` back after the handle was garbage collected. */
export function finaliseLater(handle: object, storage: Storage): FinaliserCell {
  const cell: FinaliserCell = { storage };
  registry.register(handle, cell);
  return cell;
}
