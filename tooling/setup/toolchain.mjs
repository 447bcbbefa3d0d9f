// Installs what builds the core from source: a Rust compiler for wasm32, wasm-pack and the wasm-bindgen command.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  bindgenVersion,
  findCompiler,
  sourceBuildMarker,
  target,
  toolchainFolder,
  versionOf,
} from "../../packages/tensor-core/scripts/toolchain.mjs";
import { arrangeDebianRust, debianRustPackages, findDebianRust } from "./debian.mjs";
import { environment, onPath, run } from "./processes.mjs";
import { CannotContinue, announce } from "./report.mjs";
import { hasApt, installDebianPackages } from "./system.mjs";

const again = "npm run setup -- --toolchain";
const commands = join(toolchainFolder, "bin");
const tools = [
  {
    name: "wasm-bindgen",
    isThere: () => versionOf("wasm-bindgen", [commands]) === bindgenVersion,
    source: ["--path", "tooling/setup/wasm-bindgen"],
  },
  {
    name: "wasm-pack",
    isThere: () => versionOf("wasm-pack", [commands]) !== undefined,
    source: ["wasm-pack", "--version", "0.15.1"],
    // wasm-pack asks the registry for its newest version unless this file says that it has done so lately.
    finish: () => writeFileSync(join(commands, "wasm-pack.stamp"), "created 2999-01-01T00:00:00+00:00\n"),
  },
];

/**
 * Installs what is missing and then has the core built from source.
 * @param {{ system: boolean }} allowed whether system packages may be installed
 */
export async function installToolchain({ system }) {
  await installCompiler(system);
  mkdirSync(commands, { recursive: true });
  for (const { name, isThere, source, finish } of tools) {
    if (isThere()) continue;
    announce(`Building ${name} into .toolchain (crate registry, about two minutes), to build the core from source`);
    const code = await run("cargo", ["install", ...source, "--locked", "--root", toolchainFolder], {
      env: { ...environment(), CARGO_TARGET_DIR: join(toolchainFolder, "build") },
    });
    if (code !== 0) {
      throw new CannotContinue(`${name} could not be built (cargo ended with ${code}; its last lines say why).`, again);
    }
    finish?.();
  }
  rmSync(join(toolchainFolder, "build"), { recursive: true, force: true });
  writeFileSync(sourceBuildMarker, "The core is built from source because this file is here.\n");
}

async function installCompiler(system) {
  if (findCompiler() !== undefined) return;
  if (findDebianRust() === undefined) {
    if (onPath("rustup") !== undefined && (await addToRustup())) return;
    if (!hasApt()) {
      throw new CannotContinue(
        "Building the core needs Rust with the target wasm32-unknown-unknown and the library's source: install rustup " +
          "(https://rustup.rs) first.",
        `rustup target add ${target} && rustup component add rust-src && ${again}`,
      );
    }
    if (!system) {
      throw new CannotContinue(
        `There is no Rust compiler for ${target}, and Debian's may be installed only with --system.`,
        `${again} --system`,
      );
    }
    await installDebianPackages(debianRustPackages, "to build the core from source");
  }
  const found = findDebianRust();
  if (found === undefined) {
    throw new CannotContinue("Debian's Rust is installed but not on PATH.", `PATH=/usr/bin:$PATH ${again}`);
  }
  arrangeDebianRust(found);
}

async function addToRustup() {
  announce(`Adding the target ${target} and the library's source to rustup's Rust, to build the core from source`);
  const codes = [await run("rustup", ["target", "add", target]), await run("rustup", ["component", "add", "rust-src"])];
  return codes.every((code) => code === 0) && findCompiler() !== undefined;
}
