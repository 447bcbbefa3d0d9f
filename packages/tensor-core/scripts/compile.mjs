// Compiles the crate with wasm-pack.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { withOwnMemory } from "./memory-import.mjs";
import { repository, withPath } from "./toolchain.mjs";

const crate = resolve(import.meta.dirname, "../crate");

/** SIMD, from which `plain-simd.mjs` takes the relaxed part away. */
const simd = "+simd128,+relaxed-simd";
// The core can share its memory with helpers: atomics work on a memory of its own too, and cost nothing there.
const threads = "+atomics,+bulk-memory,+mutable-globals";
/** The most memory that 32-bit addresses reach. */
const MOST_MEMORY = 2 ** 32;
const threadLinking = [
  "--shared-memory",
  "--import-memory",
  `--max-memory=${MOST_MEMORY}`,
  // What bindgen needs to give each thread its own stack and thread-local variables.
  "--export=__wasm_init_tls",
  "--export=__tls_size",
  "--export=__tls_align",
  "--export=__tls_base",
];

/**
 * @param {import("./toolchain.mjs").Toolchain} toolchain
 * @param {{ features?: readonly string[], scalar?: boolean }} variant features of the crate, and whether it is to be without
 *   SIMD, so that its kernels compute by the scalar lane
 * @returns {{ wasm: Uint8Array, raw: string, documented: string }} the module, the types of its raw exports as bindgen
 *   writes them, and the documented signatures and enums
 */
export function compile(toolchain, { features = [], scalar = false } = {}) {
  const folder = join("target", ["pkg", ...features, ...(scalar ? ["scalar"] : [])].join("-"));
  const binaries = join(repository, "tooling", "setup", "node_modules", ".bin"); // wasm-opt, of npm's binaryen
  const { status, error } = spawnSync(
    "wasm-pack",
    [
      "build",
      ".",
      "--target",
      "web",
      "--mode",
      "no-install",
      "--no-pack",
      "--out-dir",
      folder,
      "--",
      "--locked",
      `--features=${features.join(",")}`,
      // The library that compilers bring is compiled without atomics, and does not link with code that has them.
      "-Zbuild-std=std,panic_abort",
    ],
    {
      cwd: crate,
      stdio: ["ignore", 2, 2],
      env: {
        ...withPath([...toolchain.path, binaries]),
        ...toolchain.env,
        RUSTC_BOOTSTRAP: "1", // building the library, and waiting for a word of memory, are not stable yet
        CARGO_TARGET_DIR: join(crate, "target", scalar ? "wasm-scalar" : "wasm-relaxed"),
        CARGO_ENCODED_RUSTFLAGS: rustFlags(toolchain, scalar ? threads : `${simd},${threads}`).join("\x1f"),
      },
    },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`wasm-pack could not build the core (exit code ${status}); see above`);
  const read = (file) => readFileSync(join(crate, folder, file));
  return {
    wasm: withOwnMemory(read("unfold_core_bg.wasm")),
    raw: read("unfold_core_bg.wasm.d.ts").toString(),
    documented: read("unfold_core.d.ts").toString(),
  };
}

function rustFlags({ sysroot }, targetFeatures) {
  return [
    `-Ctarget-feature=${targetFeatures}`,
    ...threadLinking.map((argument) => `-Clink-arg=${argument}`),
    // Loop strength reduction turns constant offsets into pointers that V8 spills: it halves the speed of GEMM.
    "-Cllvm-args=-disable-lsr",
    // Panic messages name files: the same ones on every machine.
    `--remap-path-prefix=${process.env.CARGO_HOME ?? join(homedir(), ".cargo")}=cargo`,
    `--remap-path-prefix=${sysroot}=rust`,
  ];
}
