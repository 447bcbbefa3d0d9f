// What TypeScript knows of the crate: operation codes, bindings and frames. A core of another interface than the sources beside
// it runs, and computes something else.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { builtFrom, framesSource, packageFolder, sourcesHash, wasmFolder } from "./prebuilt.mjs";

export const interfaceFile = "interface.sha256";

const enums = /#\[wasm_bindgen\]\n(?:#\[.*\n)*pub enum [^]*?\n\}/g;
const bindings = /#\[wasm_bindgen\]\npub fn [^]*?\{\n/g;

/** SHA-256 of the enums, signatures and frames in the crate's sources; their comments and bodies are none of it. */
export function interfaceHash(sources = rustSources()) {
  const texts = sources.flatMap((text) => [...(text.match(enums) ?? []), ...(text.match(bindings) ?? [])]);
  texts.push(readFileSync(framesSource, "utf8"));
  const known = texts.map((text) => text.replaceAll(/\/\/.*/g, "").replaceAll(/\s+/g, " "));
  return createHash("sha256").update(known.join("\n")).digest("hex");
}

function rustSources() {
  const folder = join(packageFolder, "crate/src");
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".rs"));
  return files
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n"));
}

/**
 * Why the core in a folder does not go with the sources, or undefined if it does.
 * @returns {string | undefined}
 */
export function mismatch(folder = wasmFolder) {
  const file = join(folder, interfaceFile);
  const fits = existsSync(file)
    ? readFileSync(file, "utf8").trim() === interfaceHash()
    : builtFrom(folder) === sourcesHash(); // a core from before there was such a file
  if (fits) return undefined;
  return "it was built from other sources of the crate: operation codes, bindings or frames are others now";
}
