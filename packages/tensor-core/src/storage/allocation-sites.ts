import { shared } from "../runtime/shared.ts";
import { lookForGrowth } from "./growth.ts";

/**
 * Where living memory was made. A stack trace for every tensor would cost more than the tensor, so one allocation in
 * many is looked at: each time another `SAMPLE_BYTES` were asked for, or `SAMPLE_COUNT` requests were made; and of small ones
 * every `TRACED`th sample is traced to its site, as a trace costs as much as twenty of them.
 */
const SAMPLE_BYTES = 8 * 1024 * 1024;
const SAMPLE_COUNT = 256;
const TRACED = 4;
/** Frames of Unfold's own files and of the engine are passed over: the caller's line is the one to show. */
const OWN_FRAME =
  /(@unfoldjs[/\\][a-z-]+|packages[/\\](tensor-core|autograd|nn|datasets|vision-layers))[/\\](src|dist)[/\\](?!.*\.test\.)|<anonymous>|\(node:|\(native/;

interface Sample {
  readonly bytes: number;
  readonly error: Error;
}

const live = new Map<number, Sample>();
let nextSite = 1;
let bytesSince = 0;
let countSince = 0;
let untraced = 0;
shared.forget.push(() => {
  live.clear();
  bytesSince = countSince = untraced = 0;
});

/** Notes an allocation and answers its key for `noteRelease`, 0 if it was not sampled. */
export function noteAllocation(bytes: number): number {
  bytesSince += bytes;
  countSince++;
  if (bytesSince < SAMPLE_BYTES && countSince < SAMPLE_COUNT) return 0;
  countSince = 0;
  const site = bytesSince >= SAMPLE_BYTES || ++untraced === TRACED ? nextSite++ : 0;
  if (site !== 0) {
    // The stack is formatted only if somebody asks for it.
    live.set(site, { bytes: bytesSince, error: traced() });
    bytesSince = untraced = 0;
  }
  lookForGrowth(largestSites);
  return site;
}

function largestSites(): string[] {
  return liveBySite(3);
}

/** Frames of Unfold's own before the caller's: layers in layers, each with its scope. V8 notes ten unless told. */
const DEPTH = 64;

/** An error that knows the way here. */
function traced(): Error {
  const engine: { stackTraceLimit?: number } = Error;
  const before = engine.stackTraceLimit;
  if (before === undefined) return new Error("allocated here");
  engine.stackTraceLimit = Math.max(before, DEPTH);
  try {
    return new Error("allocated here");
  } finally {
    engine.stackTraceLimit = before;
  }
}

export function noteRelease(site: number): void {
  if (site !== 0) live.delete(site);
}

/** The call sites that hold most of the sampled memory, largest first, with their share. */
export function liveBySite(most: number): string[] {
  const bytesBySite = new Map<string, number>();
  let total = 0;
  for (const { bytes, error } of live.values()) {
    const line = callerOf(error);
    bytesBySite.set(line, (bytesBySite.get(line) ?? 0) + bytes);
    total += bytes;
  }
  return [...bytesBySite]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([line, bytes]) => `${line} (${Math.round((100 * bytes) / total)} % of sampled bytes)`);
}

function callerOf(error: Error): string {
  const frames = (error.stack ?? "")
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
  // Where the caller is further away than the trace reaches, its outermost line is the nearest to it.
  return frames.find((line) => !OWN_FRAME.test(line)) ?? frames.at(-1) ?? "unknown place";
}
