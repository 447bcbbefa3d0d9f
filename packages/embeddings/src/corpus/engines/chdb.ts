import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { peer } from "../files/peers.ts";
import { clickHouseSql } from "../sql/dialects.ts";
import type { LocalSettings } from "./duckdb.ts";
import { FileEngine, quoted, type Runner } from "./files.ts";

/** What is used of chdb, whose own types need those of a whole ClickHouse. */
interface Chdb {
  readonly Session: new (path: string) => {
    queryAsync(query: string, options?: { readonly format?: string }): Promise<{ text(): string }>;
    close(): void;
  };
}

/** A path in a query, where a backslash makes something else of the sign behind it. */
const escaped = (path: string): string => quoted(resolve(path)).replaceAll("\\", "\\\\");

/** ClickHouse in this process (chdb), of which a process can have one. A query that runs is not interrupted, but left at its end. */
export async function chdbEngine(op: string, settings: LocalSettings): Promise<FileEngine> {
  const { folder, threads, signal } = settings;
  const name: string = "chdb"; // without its types
  const chdb = await peer(op, "chdb", () => import(name) as Promise<Chdb>);
  const spill = join(folder, "spill");
  mkdirSync(spill, { recursive: true });
  const session = new chdb.Session(resolve(spill, "chdb"));
  const limit = bytesOf(settings.memoryLimit);
  const options = [
    `max_memory_usage = ${limit}`,
    `max_bytes_before_external_group_by = ${Math.floor(limit / 4)}`,
    `max_bytes_before_external_sort = ${Math.floor(limit / 4)}`,
    "joined_subquery_requires_alias = 0",
    "output_format_parquet_string_as_string = 1",
    "output_format_parquet_compression_method = 'snappy'", // which the reader knows without help
    "engine_file_truncate_on_insert = 1",
    ...(threads === undefined ? [] : [`max_threads = ${threads}`]),
  ].join(", ");
  const run = async (query: string): Promise<string> => {
    signal?.throwIfAborted();
    const found = (await session.queryAsync(query, { format: "TSV" })).text().trim();
    signal?.throwIfAborted();
    return found;
  };
  const runner: Runner = {
    dialect: clickHouseSql,
    table(paths) {
      const tables = paths.map((path) => `SELECT * FROM file(${escaped(path)}, Parquet)`);
      return `(${tables.join(" UNION ALL ")})`;
    },
    write: async (query, path, group) =>
      void (await run(
        `INSERT INTO FUNCTION file(${escaped(path)}, Parquet) ${query} SETTINGS ${options}, output_format_parquet_row_group_size = ${group}`,
      )),
    async number(query) {
      const found = await run(`${query} SETTINGS ${options}`);
      return found === "" ? undefined : Number(found);
    },
    async close() {
      session.close();
    },
  };
  return new FileEngine(op, folder, runner);
}

const SIZES: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** "2GB" as bytes. */
export function bytesOf(size: string): number {
  const [, number = "", unit = ""] = /^([\d.]+) ?([KMGT]i?B)$/.exec(size) ?? [];
  return Math.floor(Number(number) * (SIZES[unit] ?? NaN));
}
