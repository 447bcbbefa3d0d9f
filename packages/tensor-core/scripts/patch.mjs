// One build of the crate as its difference from another: the builds share most of their bytes, so that all of them
// together are little larger than one. `src/runtime/patch.ts` puts a build together again.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

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

function sevenBits(number) {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) + 128);
  return [...bytes, number];
}

/** The build that engines of today run, and that others are made of. */
const baseVariant = "relaxed";

/** Writes `NAME-patch.js` and its types beside `NAME.js`, for each of the variants besides the base. */
export function writePatches(folder, names) {
  const base = readVariant(folder, baseVariant);
  for (const name of names.filter((each) => each !== baseVariant)) {
    const patch = gzipSync(makePatch(base, readVariant(folder, name)), { level: 9 }).toString("base64");
    const notice = "// Written by scripts/build-wasm.mjs. Do not edit.\n";
    writeFileSync(join(folder, `${name}-patch.js`), `${notice}export const patch =\n  "${patch}";\n`);
    writeFileSync(
      join(folder, `${name}-patch.d.ts`),
      `${notice}/** base64 of gzip of what makes the build "${name}" out of "${baseVariant}". */\nexport declare const patch: string;\n`,
    );
  }
}

/** A variant's WebAssembly, out of the module that holds it. */
export function readVariant(folder, name) {
  const [, bytes] = /"([A-Za-z0-9+/=]+)"/.exec(readFileSync(join(folder, `${name}.js`), "utf8"));
  return gunzipSync(Buffer.from(bytes, "base64"));
}
