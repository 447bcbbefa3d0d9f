import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { playground } from "./preview-server.ts";

const repository = resolve(playground, "../..");

/**
 * Builds the pages, and the packages that they take, if there is no build: tests of the pages can then be run by themselves
 * in a fresh clone. A build that is there is tested as it is; `npm test` renews it before.
 * @throws Error if they cannot be built
 */
export function buildMissingPages(): void {
  if (existsSync(join(playground, "dist", "index.html"))) return;
  console.log("There are no built pages yet: building them first.");
  const turbo = join(repository, "node_modules", "turbo", "bin", "turbo");
  const { status } = spawnSync(process.execPath, [turbo, "run", "build", "--filter=playground"], {
    cwd: repository,
    env: { ...process.env, PATH: [join(repository, "node_modules", ".bin"), process.env["PATH"]].join(delimiter) },
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the pages could not be built; see above");
}

/** Called before all tests. */
export function setup(): void {
  buildMissingPages();
}
