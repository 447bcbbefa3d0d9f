// Database engines that only some tests of @unfoldjs/embeddings/corpus need, and that are too large for everybody.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, run } from "./processes.mjs";
import { CannotContinue, announce } from "./report.mjs";
import { hasApt, installDebianPackages } from "./system.mjs";

const folder = join(repository, ".toolchain", "engines");
const chdb = "chdb@3.4.0";
const server = "/usr/sbin/clickhouse-server";

/** Installs ClickHouse as a library into .toolchain/engines, and with `system` Debian's server. */
export async function installEngines({ system }) {
  await installChdb();
  if (!system || existsSync(server)) return;
  if (!hasApt()) {
    throw new CannotContinue(
      "The tests on two ClickHouse servers need Debian's clickhouse-server, and there is no apt-get here.",
      "npm run setup -- --engines (without --system; those tests are then skipped)",
    );
  }
  await installDebianPackages(
    ["clickhouse-server"],
    "for the tests on two servers; Debian starts one as a service, too",
  );
}

async function installChdb() {
  if (existsSync(join(folder, "node_modules", "chdb", "package.json"))) return;
  announce(`Installing ${chdb}, 543 MB, into .toolchain/engines (npm registry)`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ private: true })}\n`);
  const code = await run("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", chdb]);
  if (code !== 0)
    throw new CannotContinue(`npm could not install ${chdb} (its last lines say why).`, "npm run setup -- --engines");
}
