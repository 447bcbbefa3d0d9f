// Finds what compiles the crate to WebAssembly. Set-up installs it; this file only looks.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "../../..");
export const target = "wasm32-unknown-unknown";
/** Where set-up puts what it builds or arranges for itself. */
export const toolchainFolder = join(repository, ".toolchain");
/** Debian's rustc behind a wrapper that names a sysroot with a place for the wasm target; see tooling/setup/debian.mjs. */
export const debianFolder = join(toolchainFolder, "debian");
/** Present once `npm run setup -- --toolchain` has finished: from then on the core is built from source. */
export const sourceBuildMarker = join(toolchainFolder, "source-build");

/** The version of the wasm-bindgen command must equal the crate's dependency. */
export const bindgenVersion = "0.2.130";

/**
 * @typedef {object} Toolchain
 * @property {string} name for people
 * @property {string[]} path folders to search before PATH
 * @property {Record<string, string>} env what cargo needs besides
 * @property {string} sysroot where rustc keeps the library's source, whose path must not end up in the module
 */

/**
 * The toolchain to build with, or what is missing.
 * @returns {{ toolchain: Toolchain } | { missing: string }}
 */
export function findToolchain() {
  const path = [join(toolchainFolder, "bin")];
  const compiler = findCompiler();
  if (compiler === undefined) return { missing: `there is no Rust compiler with the target ${target}` };
  for (const [command, version] of [
    ["wasm-pack", undefined],
    ["wasm-bindgen", bindgenVersion],
  ]) {
    const found = versionOf(command, path);
    if (found === undefined) return { missing: `the command ${command} is not there` };
    if (version !== undefined && found !== version) return { missing: `${command} is ${found}, not ${version}` };
  }
  return { toolchain: { ...compiler, path: [...compiler.path, ...path] } };
}

/** A Rust compiler that can compile to wasm32 and has the library's source: Debian's if set-up has arranged it, else the one
 * on PATH. */
export function findCompiler() {
  if (existsSync(join(debianFolder, "bin", "rustc"))) {
    return {
      name: "Debian's Rust",
      path: [join(debianFolder, "bin")],
      env: { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: join(debianFolder, "bin", "wasm-ld") },
      sysroot: join(debianFolder, "sysroot"),
    };
  }
  const sysroot = output("rustc", ["--print", "sysroot"]);
  if (sysroot === undefined || output("cargo", ["--version"]) === undefined) return undefined;
  const library = join(sysroot, "lib", "rustlib");
  // The target's folder is what wasm-pack looks for; the library itself is built from its source.
  const isComplete = existsSync(join(library, target)) && existsSync(join(library, "src", "rust", "library"));
  return isComplete ? { name: "Rust", path: [], env: {}, sysroot } : undefined;
}

/** The version a command answers with, or undefined if it does not run. */
export function versionOf(command, path = []) {
  return output(command, ["--version"], path)?.match(/\d+\.\d+\.\d+/)?.[0];
}

/** The environment with `folders` first on PATH. */
export function withPath(folders, env = process.env) {
  return { ...env, PATH: [...folders, env.PATH ?? ""].join(delimiter) };
}

function output(command, options, path = []) {
  try {
    return execFileSync(command, options, {
      env: withPath(path),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
