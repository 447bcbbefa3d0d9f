import { shared } from "../runtime/shared.ts";
import { looseHandles } from "./loose.ts";

/** Samples of allocations, each of 8 MiB or 256 requests, that one window is made of. */
const WINDOW = 16;
/** Windows in a row in which the least that lived has to rise: work that gives memory back falls sooner or later. */
const WINDOWS = 8;
/** Tensors that have to be added over these windows: a data set of few large ones is not meant. */
const MANY = 64;

/** What lived at a time. */
interface Low {
  loose: number;
  bytes: number;
}

let samples = 0;
let lowest: Low = { loose: Infinity, bytes: Infinity };
const lows: Low[] = [];
/** What lived when it was warned last. */
let warned: Low = { loose: 0, bytes: 0 };
shared.forget.push(() => {
  samples = lows.length = 0;
  lowest = { loose: Infinity, bytes: Infinity };
  warned = { loose: 0, bytes: 0 };
});

/**
 * Called with each sample of allocations. Tensors outside of every scope go when the garbage collector finds them, and it may
 * never look: their memory is not its own.
 * @param sites where living memory was made
 */
export function lookForGrowth(sites: () => readonly string[]): void {
  lowest.loose = Math.min(lowest.loose, looseHandles());
  lowest.bytes = Math.min(lowest.bytes, shared.liveBytes);
  if (++samples < WINDOW) return;
  samples = 0;
  lows.push(lowest);
  lowest = { loose: Infinity, bytes: Infinity };
  if (lows.length <= WINDOWS) return;
  if (hasGrown() && hasDoubled()) {
    warned = { loose: looseHandles(), bytes: shared.liveBytes };
    warn(sites());
  }
  lows.shift();
}

function hasGrown(): boolean {
  const rises = lows.every(({ loose, bytes }, i) => {
    const before = lows[i - 1];
    return before === undefined || (loose > before.loose && bytes > before.bytes);
  });
  return rises && (lows.at(-1)?.loose ?? 0) - (lows[0]?.loose ?? 0) >= MANY;
}

/** Nobody wants to read it with each window. */
function hasDoubled(): boolean {
  return looseHandles() >= 2 * warned.loose || shared.liveBytes >= 2 * warned.bytes;
}

function warn(sites: readonly string[]): void {
  const megabytes = Math.round(shared.liveBytes / 2 ** 20).toLocaleString("en-US");
  const lines = [
    `unfold: memory keeps growing: ${looseHandles().toLocaleString("en-US")} tensors outside of every scope, ${megabytes} MB in all`,
    ...sites.map((site, i) => `  made at (${i + 1})  ${site}`),
    "  fix: scope(() => …) around work without await, openScope() around work with it, or dispose(); keep(t) for what is meant to stay",
  ];
  console.warn(lines.join("\n"));
}
