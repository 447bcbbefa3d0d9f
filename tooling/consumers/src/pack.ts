import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";

const tooling = resolve(import.meta.dirname, "..");
const ours = ["tensor-core", "autograd", "nn", "vision-layers", "sequence-layers", "embeddings", "decoding"];

/**
 * Packs our packages as they would be published, and what they depend on, so that installing them needs no registry.
 * They must be built.
 * @param folder where the tarballs are put
 * @returns a package.json's dependencies: names, and `file:` with the tarball
 */
export function pack(folder: string): Record<string, string> {
  const folders = ours.map((name) => resolve(tooling, "../../packages", name));
  const theirs = folders.flatMap((each) => {
    const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
      readFileSync(join(each, "package.json"), "utf8"),
    );
    return Object.keys(dependencies).map((name) => realpathSync(join(each, "node_modules", name)));
  });
  return Object.fromEntries([...folders, ...theirs].map((each) => packOne(each, folder)));
}

function packOne(packageFolder: string, folder: string): [string, string] {
  // pnpm for ours, since only it resolves `workspace:`; npm for what is installed already, of which nothing may be run.
  const isOurs = !packageFolder.includes("node_modules");
  const [command, options] = isOurs ? ["pnpm", ["pack", "--json"]] : ["npm", ["pack", "--json", "--ignore-scripts"]];
  const output: string = execFileSync(command, [...options, "--pack-destination", folder], {
    cwd: packageFolder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 120_000,
    shell: process.platform === "win32",
  });
  const answer: Packed | readonly Packed[] = JSON.parse(output); // npm writes a list, pnpm one
  const [packed] = "name" in answer ? [answer] : answer;
  if (packed === undefined) throw new Error(`${command} pack says nothing about ${packageFolder}`);
  return [packed.name, `file:${resolve(folder, packed.filename)}`];
}

interface Packed {
  readonly name: string;
  readonly filename: string;
}
