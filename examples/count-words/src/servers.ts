import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clickHouseProgram, LocalCluster } from "@unfoldjs/config/clickhouse";
import { NotFoundError } from "@unfoldjs/tensor-core";
import type { Options } from "./options.ts";

/** Servers to count on, and how to end those that were started for it. */
export interface Servers {
  readonly options: { readonly servers?: readonly string[]; readonly cluster?: string };
  stop(): Promise<void>;
}

/** Servers of the command line, or two shards of Debian's ClickHouse on this machine. None for engines in this process. */
export async function serversFor({ engine, servers, cluster }: Options): Promise<Servers> {
  if (engine !== "clickhouse") return { options: {}, stop: () => Promise.resolve() };
  if (servers !== undefined)
    return { options: { servers, ...(cluster === undefined ? {} : { cluster }) }, stop: () => Promise.resolve() };
  if (clickHouseProgram === undefined) {
    throw new NotFoundError(
      "count-words",
      { engine, program: "clickhouse-server" },
      "there is no ClickHouse server here to start",
      "apt-get install clickhouse-server, or say where a cluster is with --servers and --cluster",
    );
  }
  console.log("Starting two ClickHouse servers on 127.0.0.1, which end with this program");
  const local = await LocalCluster.start(mkdtempSync(join(tmpdir(), "count-words-")), 2);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void local.stop().finally(() => process.exit(130)));
  return { options: { servers: local.urls, cluster: "shards" }, stop: () => local.stop() };
}
