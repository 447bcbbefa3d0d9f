import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { peer } from "../files/peers.ts";
import { duckDbSql } from "../sql/dialects.ts";
import { FileEngine, quoted, type Runner } from "./files.ts";

export interface LocalSettings {
  readonly folder: string;
  readonly memoryLimit: string;
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A path that is read: its signs of a pattern stand for themselves. */
const literal = (path: string): string => path.replaceAll(/[*?[]/g, "[$&]");

/** DuckDB in this process; what does not fit into its memory goes to the folder's disk. */
export async function duckDbEngine(op: string, settings: LocalSettings): Promise<FileEngine> {
  const { folder, memoryLimit, threads, signal } = settings;
  const { DuckDBInstance } = await peer(op, "@duckdb/node-api", () => import("@duckdb/node-api"));
  const spill = join(folder, "spill");
  mkdirSync(spill, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: memoryLimit,
    temp_directory: spill,
    preserve_insertion_order: "false",
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  const connection = await instance.connect();
  const stop = (): void => connection.interrupt();
  const run = async (query: string): Promise<unknown> => {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", stop);
    try {
      const [first] = (await connection.runAndReadAll(query)).getRows();
      return first?.[0];
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  };
  const runner: Runner = {
    dialect: duckDbSql,
    table: (paths) => `read_parquet([${paths.map((path) => quoted(literal(path))).join(", ")}])`,
    write: async (query, path, group) =>
      void (await run(`COPY (${query}) TO ${quoted(path)} (FORMAT parquet, ROW_GROUP_SIZE ${group})`)),
    number: async (query) => {
      const found = await run(query);
      return found === undefined || found === null ? undefined : Number(found);
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
  return new FileEngine(op, folder, runner);
}
