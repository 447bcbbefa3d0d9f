// npm run example NAME: sets up what an example needs, builds it, runs it. The options are the example's own.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { installDebianData } from "../debian-data.mjs";
import { install, selectionOf } from "../install.mjs";
import { developmentNode, repository, run } from "../processes.mjs";
import { CannotContinue, announce } from "../report.mjs";
import { runTasks } from "../tasks.mjs";

const usage = "npm run example NAME -- [options of the example, such as --help, --quick, --out DIR]";

export async function main([name, ...args]) {
  if (name === undefined || name.startsWith("-")) {
    console.log(`${usage}\n\n${list()}`);
    return name === undefined || name === "--help" ? 0 : 2;
  }
  if (!exampleNames().includes(name)) {
    console.error(`✗ There is no example called ${JSON.stringify(name)}.\n\n${list()}\n\n  Run: npm run example`);
    return 2;
  }
  const { data, debianData } = manifestOf(name);
  await installDebianData(debianData, args);
  await install(selectionOf(name, data));
  announce("Building the libraries (nothing to do if they have not changed)");
  const code = await runTasks(["build"], { filters: [`${name}^...`], quiet: true });
  if (code !== 0) {
    throw new CannotContinue("The libraries could not be built; the lines above say why.", "npm run setup -- --check");
  }
  return run(developmentNode, [`examples/${name}/src/main.ts`, ...args]);
}

function exampleNames() {
  const folder = join(repository, "examples");
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "package.json")))
    .sort();
}

/** @returns {{ description: string, data?: string, debianData?: import("../debian-data.mjs").DebianData }} `data` says which data come along, and how large they are */
function manifestOf(name) {
  return JSON.parse(readFileSync(join(repository, "examples", name, "package.json"), "utf8"));
}

function list() {
  const names = exampleNames();
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => {
    const { description, data, debianData } = manifestOf(name);
    const debian = debianData && `from Debian ${debianData.holds}, ${debianData.size}`;
    const comes = [data, debian].filter((each) => each !== undefined).join("; ");
    return `  ${name.padEnd(width)}  ${description}${comes === "" ? "" : ` (${comes})`}`;
  });
  return ["Examples:", ...lines].join("\n");
}
