/** A handle that somebody may still dispose, or keep, before the garbage collector has to be told of it. */
export interface Fresh {
  /** Tells the garbage collector, if nobody else has become responsible. */
  watchIfNobodyDoes(): void;
}

/**
 * Telling the garbage collector of an object costs as much as adding two small tensors, and most handles without a scope are
 * disposed a few lines on. Collectors call back only between macrotasks, so nothing is lost by telling them at the end of
 * the synchronous stretch; a stretch that makes many handles tells of the oldest as it goes, so that few are held.
 */
const HELD = 64;

const ring: (Fresh | undefined)[] = new Array<Fresh | undefined>(HELD).fill(undefined);
let next = 0;
let isDrainAsked = false;

/** Tells the garbage collector of `handle` later, if it is still nobody's then. */
export function watchSoon(handle: Fresh): void {
  const oldest = ring[next];
  ring[next] = handle;
  next = (next + 1) % HELD;
  oldest?.watchIfNobodyDoes();
  if (isDrainAsked) return;
  isDrainAsked = true;
  void DONE.then(drain);
}

const DONE = Promise.resolve();

function drain(): void {
  isDrainAsked = false;
  for (let i = 0; i < HELD; i++) {
    const handle = ring[i];
    ring[i] = undefined;
    handle?.watchIfNobodyDoes();
  }
}
