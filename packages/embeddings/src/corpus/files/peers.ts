import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { NotFoundError } from "@unfoldjs/tensor-core";

/** Packages that are asked for when they are used, and not before. */
export type Peer = "@duckdb/node-api" | "chdb" | "@clickhouse/client" | "hyparquet" | "hyparquet-writer";

/**
 * A package that the user installs beside this one, or in the folder that the program runs in.
 * @throws NotFoundError where it is not installed
 */
export async function peer<Module>(op: string, name: Peer, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    // Node, and what stands in its place in tests and bundles, say it differently.
    if (!/cannot find (?:module|package)|could not resolve/i.test(String(error))) throw error;
    try {
      const path = createRequire(join(process.cwd(), "package.json")).resolve(name);
      return (await import(pathToFileURL(path).href)) as Module;
    } catch (cause) {
      throw new NotFoundError(op, { package: name }, "the package is not installed", `npm install ${name}`, { cause });
    }
  }
}
