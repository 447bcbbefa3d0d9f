import { shared } from "../runtime/shared.ts";
import { countLoose } from "./loose.ts";
import type { Storage } from "./storage.ts";

/** What the registry keeps of a handle: the count it holds, until the handle gives that back itself. */
export interface FinaliserCell {
  storage: Storage | undefined;
  /** True if nobody but the garbage collector is to free it: no scope, and no owner that keeps it. */
  isLoose: boolean;
}

// A net, not a plan: engines call back only between macrotasks, never inside a synchronous loop.
const registry = new FinalizationRegistry<FinaliserCell>((cell) => {
  notLoose(cell);
  if (cell.storage === undefined || cell.storage.era !== shared.era) return;
  cell.storage.release();
  shared.liveTensors--;
});

/** Gives `handle`'s count on `storage` back after the handle was garbage collected. */
export function finaliseLater(handle: object, storage: Storage): FinaliserCell {
  const cell: FinaliserCell = { storage, isLoose: true };
  countLoose(1);
  registry.register(handle, cell);
  return cell;
}

/** Notes that somebody has become the owner of a handle, or that it is gone. */
export function notLoose(cell: FinaliserCell): void {
  if (!cell.isLoose) return;
  cell.isLoose = false;
  countLoose(-1);
}

/** Notes that the handle has given its count back by itself. */
export function settle(cell: FinaliserCell): void {
  cell.storage = undefined;
  notLoose(cell);
}
