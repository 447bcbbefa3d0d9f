// Starts programs with this repository's Node, pnpm and turbo first on PATH.

import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "../..");
const windows = process.platform === "win32";

/** The Node that the packages are developed on, once it is installed. */
export const developmentNode = join(repository, "node_modules", "node", "bin", windows ? "node.exe" : "node");

// Windows calls it Path, and an object with both spellings is ambiguous there.
const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";

/** Environment of everything that the commands start: nothing calls home. */
export function environment() {
  const folders = [join(developmentNode, ".."), join(repository, "node_modules", ".bin")];
  return {
    ...process.env,
    [pathName]: [...folders, process.env[pathName] ?? ""].join(delimiter),
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    NO_UPDATE_NOTIFIER: "1",
  };
}

/**
 * Runs a program to its end with this terminal. Interrupts reach it directly, since it shares the terminal.
 * @param {{ env?: NodeJS.ProcessEnv, quiet?: boolean }} settings quiet shows what it prints only if it fails
 * @returns {Promise<number>} its exit code; 127 if it is not there
 */
export function run(command, args, { env = environment(), quiet = false } = {}) {
  const passOn = () => {};
  process.on("SIGINT", passOn);
  return new Promise((done, fail) => {
    const stdio = ["inherit", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"];
    const child = spawn(...invocation(command, args), { cwd: repository, env, stdio, shell: windows });
    const printed = [];
    child.stdout?.on("data", (chunk) => printed.push(chunk));
    child.stderr?.on("data", (chunk) => printed.push(chunk));
    child.on("error", (error) => (error.code === "ENOENT" ? done(127) : fail(error)));
    child.on("close", (code, signal) => {
      if (code !== 0) process.stderr.write(Buffer.concat(printed));
      done(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  }).finally(() => process.off("SIGINT", passOn));
}

/** What a program prints, or undefined if it is not there or fails. */
export function ask(command, args, { env = environment() } = {}) {
  const { status, stdout } = spawnSync(...invocation(command, args), {
    cwd: repository,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: windows,
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** The folders in which programs are looked for. */
export function searchPath() {
  const path = environment()[pathName];
  return path.split(delimiter).filter((folder) => folder !== "");
}

/** Where a program is on PATH, or undefined. */
export function onPath(command) {
  const extensions = windows ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of searchPath()) {
    for (const extension of extensions) {
      const file = join(folder, command + extension);
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}

// Windows starts .cmd files through its shell only, which wants the arguments quoted.
function invocation(command, args) {
  if (!windows) return [command, args];
  const quote = (text) => (/^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);
  return [[command, ...args].map(quote).join(" "), []];
}
