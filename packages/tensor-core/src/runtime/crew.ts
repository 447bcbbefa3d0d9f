import { core, inCore, link, settle } from "./heap.ts";
import { type Host, maySleep } from "./host.ts";
import { type Crew, type Leaving, shared } from "./shared.ts";

// Where the core has stopped, a helper may be anywhere, and nobody waits for it: not even who had dismissed it before.
shared.forget.push(() => {
  if (shared.crew?.leaving !== undefined) terminateAll(shared.crew);
});

/** The most threads that share work (the crate's `crew::MOST_WORKERS`). */
export const MOST_THREADS = 32;

/** Makes the crew of a core whose memory is shared; its helpers start with the first work that is large enough. */
export function makeCrew(host: Host, module: WebAssembly.Module): void {
  shared.crew = { host, module, helpers: [], losses: [], isWanted: false, leaving: undefined };
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
  const { set_workers: setWorkers } = shared.core;
  inCore("runtime.configure", () => setWorkers(wantedThreads(), maySleep() ? 1 : 0));
  if (crew.isWanted) startHelpers();
}

/** Called by the core at the first work that is worth it. Nothing may be thrown across it. */
export function startHelpers(): void {
  const { crew } = shared;
  if (crew === undefined) return;
  crew.isWanted = true;
  if (crew.leaving !== undefined) return; // once they have left
  for (let index = crew.helpers.length + 1; index < wantedThreads(); index++) {
    try {
      core().expect_helper(index);
      crew.helpers.push(
        crew.host.startHelper({ module: crew.module, memory: core().memory, index }, (reason) =>
          lose(crew, index, `and the others go on: ${reason}`),
        ),
      );
    } catch (thrown) {
      const error = settle({ op: "a helper's start", error: thrown, before: link.doubt });
      crew.helpers.push(undefined);
      note(crew, `thread ${index + 1} could not be started: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
  }
}

/**
 * Called by the core while it waits for parts that helpers hold: events that say of a thread's end come only after the wait.
 * Nothing may be thrown across it.
 */
export function lookAfterHelpers(): void {
  const { crew } = shared;
  if (crew === undefined) return;
  for (const [i, helper] of crew.helpers.entries()) {
    if (helper?.hasEnded() === true) lose(crew, i + 1, "while work was shared");
  }
}

/**
 * Has every helper leave after the part that it holds, so that no thread is ended in the midst of a kernel. Work that is
 * worth it starts them again.
 * @returns when all their threads have ended
 */
export function dismissHelpers(): Promise<void> {
  const { crew } = shared;
  if (crew === undefined || crew.helpers.length === 0) return Promise.resolve();
  if (crew.leaving !== undefined) return crew.leaving.done;
  // A core that traps in here has stopped, and its helpers are then ended as those of any other.
  if (shared.stopped === undefined) inCore("runtime.dismissHelpers", () => shared.core?.dismiss_helpers());
  crew.isWanted = false;
  let finish = (): void => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  crew.leaving = { done, finish };
  afterOneLeft(crew, crew.leaving); // all of them may be lost already
  for (const helper of crew.helpers) helper?.hold();
  if (shared.stopped !== undefined) terminateAll(crew);
  return done;
}

/** Ends the threads of a core that has stopped, and forgets them. What they still say is not of the next core's threads. */
export function abandonCrew(): void {
  const { crew } = shared;
  void dismissHelpers();
  // Those that were leaving when it stopped may be anywhere, too.
  if (crew !== undefined) terminateAll(crew);
  shared.crew = undefined;
}

function terminateAll({ helpers }: Crew): void {
  for (const helper of helpers) helper?.terminate();
}

/** A helper's thread has ended: the work goes on with those that are left, unless it held a part. */
function lose(crew: Crew, index: number, how: string): void {
  if (crew.helpers[index - 1] === undefined) return;
  crew.helpers[index - 1] = undefined;
  if (crew === shared.crew && shared.stopped === undefined) {
    inCore("a helper's end", () => shared.core?.helper_is_gone(index));
  }
  if (crew.leaving !== undefined) afterOneLeft(crew, crew.leaving);
  else if (shared.stopped === undefined) note(crew, `thread ${index + 1} has ended, ${how}`);
}

/** Ends the leave once nobody is left, so that work starts all of them anew, also those that were lost. */
function afterOneLeft(crew: Crew, { finish }: Leaving): void {
  if (crew.helpers.some((helper) => helper !== undefined)) return;
  crew.helpers.length = 0;
  crew.losses.length = 0;
  crew.leaving = undefined;
  if (crew.isWanted && crew === shared.crew) startHelpers(); // there was such work meanwhile
  finish();
}

function note(crew: Crew, loss: string): void {
  crew.losses.push(loss);
  console.warn(`@unfoldjs/tensor-core: ${loss}`);
}
