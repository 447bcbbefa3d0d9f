// What is there and what is missing, without changing anything.

import { builtFrom, prebuiltFolder, sourcesHash, wasmFolder } from "../../packages/tensor-core/scripts/prebuilt.mjs";
import { findToolchain } from "../../packages/tensor-core/scripts/toolchain.mjs";
import { browserAdvice, findBrowser } from "./browser.mjs";
import { isInstalled } from "./install.mjs";
import { ask } from "./processes.mjs";

/**
 * @typedef {object} Finding
 * @property {string} name
 * @property {boolean} ok
 * @property {string} detail what was found, or what is missing
 * @property {boolean} needed whether `npm start`, `npm run demo` and `npm test` need it
 * @property {string} [command] what to run where it is missing
 */

/** @returns {Finding[]} */
export function inspect() {
  return [
    { name: "Node.js", ok: true, needed: true, detail: process.versions.node },
    packages(),
    core(),
    rust(),
    toolchain(),
    browser(),
  ];
}

/** Prints the findings. @returns {number} 1 if something that is needed is missing */
export function printReport(findings) {
  for (const { name, ok, detail, needed, command } of findings) {
    const sign = ok ? "✓" : needed ? "✗" : "–";
    console.log(`${sign} ${name.padEnd(16)} ${detail}${ok ? "" : `; run: ${command}`}`);
  }
  return findings.every(({ ok, needed }) => ok || !needed) ? 0 : 1;
}

/** cargo, which builds and runs the Rust tests. */
export function rust() {
  const version = ask("cargo", ["--version"]);
  return {
    name: "Rust tests",
    ok: version !== undefined,
    needed: false,
    detail: version ?? "no cargo on PATH",
    command: "npm run setup -- --toolchain",
  };
}

/** A browser for the browser tests. */
export function browser() {
  const file = findBrowser();
  return {
    name: "Browser tests",
    ok: file !== undefined,
    needed: false,
    detail: file ?? "no Chrome, Chromium or Edge",
    command: browserAdvice(),
  };
}

function packages() {
  const ok = isInstalled("development");
  return {
    name: "Packages",
    ok,
    needed: true,
    detail: ok ? "installed as pnpm-lock.yaml has them" : "not installed as pnpm-lock.yaml has them",
    command: "npm run setup",
  };
}

function core() {
  const hash = sourcesHash();
  const placed = builtFrom(wasmFolder) === hash;
  const prebuilt = builtFrom(prebuiltFolder) === hash;
  return {
    name: "Core",
    ok: placed,
    needed: true,
    detail: placed
      ? "built from the present sources"
      : prebuilt
        ? "prebuilt, to be put into place"
        : "neither built nor prebuilt from the present sources",
    command: prebuilt ? "npm run setup" : "npm run setup -- --toolchain",
  };
}

function toolchain() {
  const found = findToolchain();
  return {
    name: "wasm toolchain",
    ok: "toolchain" in found,
    needed: false,
    detail: "toolchain" in found ? found.toolchain.name : `${found.missing}; the prebuilt core is used`,
    command: "npm run setup -- --toolchain",
  };
}
