// One build of the crate as its difference from another: the builds share most of their bytes, so that all of them
// together are little larger than one. `src/runtime/patch.ts` puts a build together again.

import { sevenBits } from "./wasm-reader.mjs";

/** Shortest run of bytes that is copied rather than written out: what one step of a patch costs, roughly. */
const SHORTEST = 12;
/** A run that occurs more often than this is looked for at its first places only. */
const PLACES = 64;

/**
 * @param {Uint8Array} base
 * @param {Uint8Array} target
 * @returns {Uint8Array} numbers, then the bytes that `base` does not have. The numbers: target's length, how many steps,
 *   and for each step how many new bytes come, how many are copied after them, and how far the copy starts from where
 *   the last one ended (2d forwards, -2d - 1 backwards). Seven bits a byte, lowest first.
 */
export function makePatch(base, target) {
  const [from, to] = [Buffer.from(base), Buffer.from(target)];
  const places = findPlaces(from);
  const numbers = [];
  const fresh = [];
  let [written, end] = [0, 0];
  let at = 0;
  while (at < to.length) {
    const candidates = places.get(to.toString("latin1", at, at + SHORTEST)) ?? [];
    const copy = longestRun(from, to, at, [end + at - written, ...candidates]);
    if (copy.length < SHORTEST) {
      at += 1;
      continue;
    }
    const distance = copy.start - end;
    numbers.push(at - written, copy.length, distance < 0 ? -2 * distance - 1 : 2 * distance);
    fresh.push(to.subarray(written, at));
    end = copy.start + copy.length;
    at += copy.length;
    written = at;
  }
  fresh.push(to.subarray(written));
  const steps = [to.length, numbers.length / 3, ...numbers].flatMap(sevenBits);
  return Buffer.concat([Buffer.from(steps), ...fresh]);
}

function findPlaces(bytes) {
  const places = new Map();
  for (let at = 0; at + SHORTEST <= bytes.length; at++) {
    const run = bytes.toString("latin1", at, at + SHORTEST);
    const known = places.get(run);
    if (known === undefined) places.set(run, [at]);
    else if (known.length < PLACES) known.push(at);
  }
  return places;
}

function longestRun(from, to, at, starts) {
  let best = { start: 0, length: 0 };
  for (const start of starts) {
    let length = 0;
    while (at + length < to.length && from[start + length] === to[at + length]) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}
