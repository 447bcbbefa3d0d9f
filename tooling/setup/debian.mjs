// Debian's Rust as a compiler for WebAssembly. Its packages hold the standard library for wasm32 as source only, and
// wasm-pack looks for the target's folder in the compiler's sysroot. A folder of links with that folder in it, and a
// rustc that names it as its sysroot, satisfy both without touching the system.

import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianFolder, target } from "../../packages/tensor-core/scripts/toolchain.mjs";
import { searchPath } from "./processes.mjs";
import { announce } from "./report.mjs";

export const debianRustPackages = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/**
 * A rustc on PATH that has the library's source beside it, as Debian's packages install it, and a linker for wasm.
 * @returns {{ commands: string, libraries: string, linker: string } | undefined}
 */
export function findDebianRust() {
  for (const commands of searchPath()) {
    const libraries = join(commands, "..", "lib", "rustlib");
    const linker = wasmLinker(commands);
    const complete = existsSync(join(commands, "rustc")) && existsSync(join(commands, "cargo")) && linker !== undefined;
    if (complete && existsSync(join(libraries, "src", "rust", "library"))) return { commands, libraries, linker };
  }
  return undefined;
}

/** Makes the private sysroot and its compiler in .toolchain/debian, all at once. */
export function arrangeDebianRust({ commands, libraries, linker }) {
  announce("Arranging Debian's Rust for WebAssembly in .toolchain/debian (links only)");
  const partial = `${debianFolder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const links = join(partial, "sysroot", "lib", "rustlib");
  mkdirSync(join(links, target, "lib"), { recursive: true });
  for (const name of readdirSync(libraries)) {
    if (name !== target) symlinkSync(join(libraries, name), join(links, name));
  }
  const bin = join(partial, "bin");
  mkdirSync(bin);
  symlinkSync(join(commands, "cargo"), join(bin, "cargo"));
  symlinkSync(linker, join(bin, "wasm-ld"));
  const wrapper = join(bin, "rustc");
  const sysroot = join(debianFolder, "sysroot");
  writeFileSync(wrapper, `#!/bin/sh\nexec "${join(commands, "rustc")}" --sysroot "${sysroot}" "$@"\n`);
  chmodSync(wrapper, 0o755);
  rmSync(debianFolder, { recursive: true, force: true });
  renameSync(partial, debianFolder);
}

/** The newest wasm-ld in a folder: Debian's has its version in its name. */
function wasmLinker(folder) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^wasm-ld(-\d+)?$/.test(name)) : [];
  const newest = names.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  return newest && join(folder, newest);
}
