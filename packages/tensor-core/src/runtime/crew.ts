import { core } from "./heap.ts";
import { type Host, maySleep } from "./host.ts";
import { type Crew, shared } from "./shared.ts";

/** The most threads that share work (the crate's `crew::MOST_WORKERS`). */
export const MOST_THREADS = 32;

/** Makes the crew of a core whose memory is shared; its helpers start with the first work that is large enough. */
export function makeCrew(host: Host, module: WebAssembly.Module): void {
  shared.crew = { host, module, helpers: [], losses: [], isWanted: false };
  applyThreads();
}

/** How many threads are to work. */
export function wantedThreads(): number {
  const { threads } = shared.settings;
  return Math.min(threads ?? shared.crew?.host.processors() ?? 1, MOST_THREADS);
}

/** Tells the core how many threads may work, and starts those that are missing if they were wanted before. */
export function applyThreads(): void {
  const { crew } = shared;
  if (crew === undefined || shared.core === undefined) return;
  shared.core.set_workers(wantedThreads(), maySleep() ? 1 : 0);
  if (crew.isWanted) startHelpers();
}

/** Called by the core at the first work that is worth it. Nothing may be thrown across it. */
export function startHelpers(): void {
  const { crew } = shared;
  if (crew === undefined) return;
  crew.isWanted = true;
  for (let index = crew.helpers.length + 1; index < wantedThreads(); index++) {
    try {
      crew.helpers.push(
        crew.host.startHelper({ module: crew.module, memory: core().memory, index }, (reason) => lose(index, reason)),
      );
    } catch (error) {
      crew.helpers.push(undefined);
      note(crew, `thread ${index + 1} could not be started: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
  }
}

/** A helper's thread has ended: the work goes on with those that are left. */
function lose(index: number, reason: string): void {
  const { crew } = shared;
  if (crew?.helpers[index - 1] === undefined) return;
  crew.helpers[index - 1] = undefined;
  if (shared.stopped !== undefined) return;
  shared.core?.helper_is_gone(index);
  note(crew, `thread ${index + 1} has ended, and the others go on: ${reason}`);
}

function note(crew: Crew, loss: string): void {
  crew.losses.push(loss);
  console.warn(`@unfoldjs/tensor-core: ${loss}`);
}
