// Debian's Rust as a compiler for WebAssembly. Its packages hold the standard library for wasm32 as source only, and
// wasm-pack looks for the target's folder in the compiler's sysroot. A folder of links with that folder in it, and a
// rustc that names it as its sysroot, satisfy both without touching the system.

import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianFolder, target } from "../../packages/tensor-core/scripts/toolchain.mjs";
import { announce } from "./report.mjs";

export const debianRustPackages = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

const rustlib = "/usr/lib/rustlib";

/** Whether Debian's compiler, the library's source and a linker for wasm are installed. */
export function hasDebianRust() {
  return (
    existsSync("/usr/bin/rustc") &&
    existsSync("/usr/bin/cargo") &&
    existsSync(join(rustlib, "src", "rust", "library")) &&
    wasmLinker() !== undefined
  );
}

/** Makes the private sysroot and its compiler in .toolchain/debian, all at once. */
export function arrangeDebianRust() {
  announce("Arranging Debian's Rust for WebAssembly in .toolchain/debian (links only)");
  const partial = `${debianFolder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const libraries = join(partial, "sysroot", "lib", "rustlib");
  mkdirSync(join(libraries, target, "lib"), { recursive: true });
  for (const name of readdirSync(rustlib)) {
    if (name !== target) symlinkSync(join(rustlib, name), join(libraries, name));
  }
  const commands = join(partial, "bin");
  mkdirSync(commands);
  symlinkSync("/usr/bin/cargo", join(commands, "cargo"));
  symlinkSync(wasmLinker(), join(commands, "wasm-ld"));
  const wrapper = join(commands, "rustc");
  writeFileSync(wrapper, `#!/bin/sh\nexec /usr/bin/rustc --sysroot "${join(debianFolder, "sysroot")}" "$@"\n`);
  chmodSync(wrapper, 0o755);
  rmSync(debianFolder, { recursive: true, force: true });
  renameSync(partial, debianFolder);
}

function wasmLinker() {
  const names = readdirSync("/usr/bin").filter((name) => /^wasm-ld(-\d+)?$/.test(name));
  const newest = names.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  return newest && join("/usr/bin", newest);
}
