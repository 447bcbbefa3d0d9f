// Installs the packages that a command needs, and only those.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ask, repository, run } from "./processes.mjs";
import { CannotContinue, announce } from "./report.mjs";

/** Selections of the workspace. What measures against peers brings hundreds of megabytes, so only `bench` has it. */
const selections = {
  playground: { why: "to build and serve the playground", filters: ["unfold", "playground..."] },
  development: { why: "to build, check and test every package", filters: ["!@unfoldjs/bench"] },
  bench: { why: "to measure against other libraries", filters: ["unfold", "@unfoldjs/bench..."] },
};

// Written after an installation has finished: selection names, and what was installed.
const record = join(repository, "node_modules", ".unfold-installed.json");

/**
 * The selection of an example, which only its own command knows.
 * @param {string} name @param {string} [data] which data come along, and how large they are
 */
export function selectionOf(name, data) {
  const selection = `example ${name}`;
  const why = `to build and run the example${data === undefined ? "" : `, with ${data}`}`;
  selections[selection] = { why, filters: ["unfold", `${name}...`] };
  return selection;
}

/** What a selection installs that an earlier command recorded; undefined for one that is not there any more. */
function known(selection) {
  const [, example] = /^example (.*)$/.exec(selection) ?? [];
  if (example !== undefined && existsSync(join(repository, "examples", example))) selectionOf(example);
  return selections[selection];
}

/**
 * Whether a selection is installed as the lock file has it.
 * @param {string} selection
 */
export function isInstalled(selection) {
  const { state, done } = readRecord();
  const covered = selection === "bench" ? ["bench"] : [selection, "development"];
  return state === workspaceState() && covered.some((name) => done.includes(name));
}

/** Installs a selection unless it is there. @param {string} selection */
export async function install(selection) {
  if (isInstalled(selection)) return;
  const { state, done } = readRecord();
  const now = workspaceState();
  // What was installed for other versions is out of date, and pnpm then refuses to run anything.
  const outdated = state === now ? [] : done.filter((name) => name !== selection);
  for (const name of [...outdated, selection]) {
    const packages = selections[name] ?? known(name);
    if (packages !== undefined) await installPackages(packages);
  }
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, JSON.stringify({ state: now, done: [...new Set([...done, selection])] }));
}

async function installPackages({ why, filters }) {
  announce(`Installing packages into this folder, ${why} (npm registry, versions from pnpm-lock.yaml)`);
  const { packageManager } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const options = ["install", "--frozen-lockfile", ...filters.flatMap((filter) => ["--filter", filter])];
  const version = packageManager.split("@")[1];
  const code =
    ask("pnpm", ["--version"]) === version
      ? await run("pnpm", options)
      : await run("npx", ["-y", packageManager, ...options]);
  if (code === 127) {
    throw new CannotContinue("npm's npx is not on PATH, and it is what fetches pnpm.", "npm install --global npm");
  }
  if (code !== 0) {
    throw new CannotContinue(
      `The packages could not be installed (pnpm ended with ${code}; its last lines say why). Nothing else was changed.`,
      "npm run setup",
    );
  }
}

function readRecord() {
  if (!existsSync(record)) return { state: undefined, done: [] };
  return JSON.parse(readFileSync(record, "utf8"));
}

/** One hash over everything that decides what an installation contains, and over the machine it is for. */
function workspaceState() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  const manifests = ["", ...workspaceFolders()].map((folder) => join(folder, "package.json"));
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests]) {
    const path = join(repository, file);
    if (existsSync(path)) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

/** The folders that pnpm-workspace.yaml takes packages from, relative to the repository. */
export function workspaceFolders() {
  return ["packages", "apps", "examples", "tooling"]
    .filter((group) => existsSync(join(repository, group)))
    .flatMap((group) =>
      readdirSync(join(repository, group))
        .sort()
        .map((name) => join(group, name)),
    );
}
