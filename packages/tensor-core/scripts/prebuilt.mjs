// The committed build of the crate, for people without Rust, and the hash of the sources it was made from.

import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

export const packageFolder = resolve(import.meta.dirname, "..");
export const wasmFolder = join(packageFolder, "wasm");
/** Of the build whose bindings check ranges, for `npm run fuzz`. Nothing of the package imports it. */
export const checkedFolder = join(packageFolder, "wasm-checked");
/** Of the build whose kernels compute by the scalar lane, for the tests of tooling/op-cases. Nothing of the package imports it. */
export const scalarFolder = join(packageFolder, "wasm-scalar");
export const prebuiltFolder = join(packageFolder, "prebuilt");
export const framesSource = join(packageFolder, "crate/src/layout/frames.rs");
export const hashFile = "sources.sha256";

const sources = [
  "crate/Cargo.toml",
  "crate/Cargo.lock",
  "crate/src",
  "scripts/compile.mjs",
  "scripts/frames.mjs",
  "scripts/generate.mjs",
  "scripts/memory-import.mjs",
  "scripts/wasm-reader.mjs",
];

/** SHA-256 over the names and contents of everything that decides what the build writes. */
export function sourcesHash() {
  const hash = createHash("sha256");
  for (const file of sources.flatMap(filesUnder)) {
    const name = relative(packageFolder, file).split(sep).join("/");
    const content = readFileSync(file, "utf8").replaceAll("\r\n", "\n");
    hash.update(`${name}\0${content.length}\0${content}`);
  }
  return hash.digest("hex");
}

/** The hash a folder's build was made from, or undefined if there is no complete build in it. */
export function builtFrom(folder) {
  const file = join(folder, hashFile);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** Puts the committed build where TypeScript imports it. */
export function usePrebuilt() {
  replaceFolder(prebuiltFolder, wasmFolder);
}

/** Makes the present build the committed one. @throws Error if it is not a build of the present sources */
export function savePrebuilt() {
  if (builtFrom(wasmFolder) !== sourcesHash()) {
    throw new Error("wasm/ is not a build of the present sources");
  }
  replaceFolder(wasmFolder, prebuiltFolder);
}

function replaceFolder(from, to) {
  rmSync(to, { recursive: true, force: true });
  // What `derived.mjs` writes follows from the core.
  cpSync(from, to, { recursive: true, filter: (file) => !/-patch\.(?:js|d\.ts)$|\.wasm$/.test(file) });
}

function filesUnder(name) {
  const path = join(packageFolder, name);
  if (/\.\w+$/.test(name)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
