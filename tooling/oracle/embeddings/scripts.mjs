// Writes the scripts of letters as Unicode 9 has them, which are those of sentencepiece 0.2.3: README.md.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const table = new URL("../../../packages/embeddings/src/tokens/scripts.ts", import.meta.url);
const folder = resolve(process.argv[2] ?? "node_modules/@unicode/unicode-9.0.0", "Script");
/** Common is what stands in no range; Japanese scripts are one with Han, and so is the mark of long vowels. */
const LEFT_OUT = new Set(["Common", "Unknown"]);
const AS_HAN = new Set(["Han", "Hiragana", "Katakana"]);
const LONG_VOWEL = 0x30fc;

const scripts = new Map([[LONG_VOWEL, "Han"]]);
for (const script of readdirSync(folder)) {
  if (LEFT_OUT.has(script)) continue;
  const { default: points } = await import(pathToFileURL(join(folder, script, "code-points.mjs")).href);
  for (const point of points) if (point !== LONG_VOWEL) scripts.set(point, AS_HAN.has(script) ? "Han" : script);
}
const ranges = [];
for (const [point, script] of [...scripts].toSorted(([a], [b]) => a - b)) {
  const last = ranges.at(-1);
  if (last?.end === point && last.script === script) last.end++;
  else ranges.push({ start: point, end: point + 1, script });
}
// Inherited is 1 and others follow as they come; 0 is Common.
const numbers = new Map([["Inherited", 1]]);
for (const { script } of ranges) if (!numbers.has(script)) numbers.set(script, numbers.size + 1);
let [at, before] = [0, 0];
const parts = ranges.map(({ start, end, script }) => {
  const number = numbers.get(script);
  const [gap, more] = [start - at, end - start - 1].map((count) => (count === 0 ? "" : count.toString(36)));
  const own = number === before ? "" : `,${number.toString(36)}`;
  [at, before] = [end, number];
  return `${gap},${more}${own}`;
});
const source = readFileSync(table, "utf8");
writeFileSync(
  table,
  source.replace(/(const RANGES =\n?\s*)"[^"]*"/u, (_, begin) => `${begin}"${parts.join(";")}"`),
);
console.log(`${ranges.length} ranges, ${numbers.size} scripts`);
