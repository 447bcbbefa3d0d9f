import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { dirname, join, resolve } from "node:path";
import { runProgram } from "./run/program.ts";

/** In place of a version: the one that this workspace is developed with, linked rather than fetched. */
export const WORKSPACE = "workspace";

/** A folder of its own, in which the packed packages are installed as their users install them. */
export interface Project {
  readonly folder: string;
  /** Runs a JavaScript program of the project with the Node that runs this. @returns what it printed */
  readonly node: (path: string, ...args: readonly string[]) => Promise<string>;
  /** Runs a program that an installed package brings. @returns what it printed */
  readonly bin: (name: string, ...args: readonly string[]) => Promise<string>;
}

/** The program that consumers run, as each kind of them writes it. */
const typed: string = readFileSync(resolve(import.meta.dirname, "training.ts"), "utf8");
const modules: string = stripTypeScriptTypes(typed);
const training: Readonly<Record<string, string>> = {
  "training.ts": typed,
  "training.cts": typed,
  "training.js": modules,
  "training.cjs": `${modules
    .replaceAll(
      /^import (\{[^}]*\}) from (".*");$/gm,
      (_, names: string, from: string) => `const ${names.replaceAll(" as ", ": ")} = require(${from});`,
    )
    .replaceAll(/^export (async )?function/gm, "$1function")}\nmodule.exports = { train, share };\n`,
};

/**
 * @param folder where it is made
 * @param packed our packages, as `pack` gives them
 * @param tools further packages by name, with their exact versions or `WORKSPACE`
 * @param files what is in it besides, by path
 */
export async function makeProject(
  folder: string,
  packed: Readonly<Record<string, string>>,
  tools: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): Promise<Project> {
  const fetched = Object.fromEntries(Object.entries(tools).filter(([, version]) => version !== WORKSPACE));
  const manifest = { name: "consumer", private: true, type: "module", dependencies: { ...packed, ...fetched } };
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write("package.json", JSON.stringify(manifest, null, 2));
  for (const [path, content] of Object.entries({ ...training, ...files })) write(path, content);

  const from = Object.keys(fetched).length === 0 ? "--offline" : "--prefer-offline";
  await runProgram("npm", ["install", from, "--no-audit", "--no-fund", "--no-update-notifier"], folder);
  for (const name of Object.keys(tools).filter((tool) => tools[tool] === WORKSPACE)) {
    symlinkSync(installedFolder(name), join(folder, "node_modules", name), "junction");
  }
  return {
    folder,
    node: (path, ...args) => runProgram(process.execPath, [path, ...args], folder),
    bin: (name, ...args) => runProgram(join(folder, "node_modules", ".bin", name), args, folder),
  };
}

function installedFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
