import type { ClickHouseClient } from "@clickhouse/client";
import { ValueError } from "@unfoldjs/tensor-core";
import { whole } from "../files/atomic.ts";
import { faultOf } from "../files/faults.ts";
import { ParquetFile } from "../files/parquet.ts";
import { peer } from "../files/peers.ts";
import { clickHouseSql } from "../sql/dialects.ts";
import { cellsOf, type CellSettings, countsOf, mergedOf, totalsOf, type WordRange } from "../sql/template.ts";
import type { Block, Engine, PartRows } from "./engine.ts";

export interface ClusterSettings {
  /** HTTP addresses, one of each shard. */
  readonly servers: readonly string[];
  /** The name under which the servers know each other; not needed for one. */
  readonly cluster: string | undefined;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** What tables are called by. */
  readonly id: string;
  readonly signal: AbortSignal | undefined;
}

type Table = "tokens" | "counts" | "pairs" | "words";
/** What a part has on its shard. */
const COLUMNS: Readonly<Record<Exclude<Table, "words">, string>> = {
  tokens: "document UInt64, tokens String",
  counts: "word String, times Int64",
  pairs: "cell Int64, units Int64",
};
const ORDER = { tokens: "document", counts: "word", pairs: "cell" } as const;
/** Words that are sent at once. */
const WORDS_SENT = 100_000;
/** word Int32, context Int32, units Int64. */
const ROW_BYTES = 16;
const ROWS_WRITTEN = 204_800;

/**
 * A ClickHouse cluster, from 18.16 on. A part lies whole on one shard, so no window crosses the network; words and pairs are grouped on
 * each shard and then across them, by a table over all (Distributed).
 */
export class ClusterEngine implements Engine {
  private readonly op: string;
  private readonly settings: ClusterSettings;
  private readonly clients: readonly ClickHouseClient[];
  /** Of putting sums together. */
  private turn = 0;

  private constructor(op: string, settings: ClusterSettings, clients: readonly ClickHouseClient[]) {
    this.op = op;
    this.settings = settings;
    this.clients = clients;
  }

  static async open(op: string, settings: ClusterSettings): Promise<ClusterEngine> {
    const { createClient, ClickHouseLogLevel } = await peer(
      op,
      "@clickhouse/client",
      () => import("@clickhouse/client"),
    );
    const { servers, database, user, password } = settings;
    const clients = servers.map((url) =>
      createClient({
        url,
        database,
        ...(user === undefined ? {} : { username: user }),
        ...(password === undefined ? {} : { password }),
        request_timeout: 86_400_000, // a group-by of a large shard takes its time
        compression: { request: false, response: false },
        log: { level: ClickHouseLogLevel.OFF }, // errors are told by what is thrown
      }),
    );
    const engine = new ClusterEngine(op, settings, clients);
    try {
      await engine.prepare();
    } catch (error) {
      await engine.close();
      throw error;
    }
    return engine;
  }

  async look(parts: number): Promise<PartRows[]> {
    const found: PartRows[] = Array.from({ length: parts }, () => ({ counts: undefined, pairs: undefined }));
    const rows = async (shard: number, table: Table): Promise<Map<number, number>> => {
      const text = await this.ask(
        shard,
        `SELECT part, count() AS n FROM ${this.table(table)} GROUP BY part FORMAT TSV`,
      );
      return new Map(
        text
          .split("\n")
          .filter(Boolean)
          .map((line) => line.split("\t").map(Number) as [number, number]),
      );
    };
    for (const shard of this.clients.keys()) {
      const [tokens, counts, pairs] = [
        await rows(shard, "tokens"),
        await rows(shard, "counts"),
        await rows(shard, "pairs"),
      ];
      for (let part = shard; part < parts; part += this.clients.length)
        found[part] = { counts: tokens.has(part) ? counts.get(part) : undefined, pairs: pairs.get(part) };
    }
    return found;
  }

  async begin(part: number): Promise<void> {
    for (const table of ["tokens", "counts", "pairs"] as const) await this.drop(part, table);
  }

  async add(part: number, { first, tokens }: Block): Promise<void> {
    const shard = this.shardOf(part);
    const values = tokens.map((each, i) => ({ part, document: first + i, tokens: each }));
    await this.on(shard, async (client) => {
      await client.insert({ table: this.table("tokens"), values, format: "JSONEachRow", ...this.aborting() });
    });
  }

  async count(part: number): Promise<number> {
    const query = countsOf(clickHouseSql, this.rows(part));
    return this.insert(part, "counts", `SELECT toUInt32(${part}) AS part, word, times FROM (${query}) AS counted`);
  }

  async totals(minCount: number, maxSize: number): Promise<{ words: string[]; counts: number[] }> {
    const query = totalsOf(clickHouseSql, this.everywhere("counts"), minCount);
    const least =
      maxSize === 0
        ? ""
        : await this.ask(
            0,
            `SELECT total FROM (${query}) AS totals ORDER BY total DESC LIMIT ${maxSize - 1}, 1 FORMAT TSV`,
          );
    const [words, counts]: [string[], number[]] = [[], []];
    const kept = `SELECT word, total FROM (${query}) AS totals WHERE total >= ${least.trim() || 0} FORMAT JSONEachRow`;
    for await (const line of this.linesOf(0, kept)) {
      const { word, total } = JSON.parse(line) as { readonly word: string; readonly total: string | number };
      words.push(word);
      counts.push(Number(total));
    }
    return { words, counts };
  }

  async number(words: readonly string[]): Promise<void> {
    for (const shard of this.clients.keys()) {
      await this.command(shard, `DROP TABLE IF EXISTS ${this.table("words")}`);
      await this.command(
        shard,
        `CREATE TABLE ${this.table("words")} (word String, number Int32) ENGINE = MergeTree ORDER BY word`,
      );
      for (let start = 0; start < words.length; start += WORDS_SENT) {
        const values = words.slice(start, start + WORDS_SENT).map((word, i) => ({ word, number: start + i }));
        await this.on(shard, async (client) => {
          await client.insert({ table: this.table("words"), values, format: "JSONEachRow", ...this.aborting() });
        });
      }
    }
  }

  async pairs(part: number, settings: CellSettings): Promise<number> {
    await this.drop(part, "pairs");
    const query = cellsOf(clickHouseSql, this.rows(part), this.table("words"), settings);
    return this.insert(part, "pairs", `SELECT toUInt32(${part}) AS part, cell, units FROM (${query}) AS counted`);
  }

  async merge(_parts: number, path: string, range: WordRange): Promise<number> {
    // Each server has its turn at putting the shards' sums together.
    const shard = this.shardOf(this.turn++);
    const query = mergedOf(clickHouseSql, this.everywhere("pairs"), range);
    const columns = [
      { name: "word", type: "INT32" },
      { name: "context", type: "INT32" },
      { name: "units", type: "INT64" },
    ] as const;
    return whole(path, async (partial) => {
      const file = await ParquetFile.create(this.op, partial, columns);
      let rows = 0;
      for await (const bytes of piecesOf(this.bytesOf(shard, `${query} FORMAT RowBinary`), ROW_BYTES * ROWS_WRITTEN)) {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const count = bytes.byteLength / ROW_BYTES;
        const [words, contexts, units] = [new Int32Array(count), new Int32Array(count), new BigInt64Array(count)];
        for (let row = 0; row < count; row++) {
          words[row] = view.getInt32(ROW_BYTES * row, true);
          contexts[row] = view.getInt32(ROW_BYTES * row + 4, true);
          units[row] = view.getBigInt64(ROW_BYTES * row + 8, true);
        }
        await file.write(words, contexts, units);
        rows += count;
      }
      await file.close();
      return rows;
    });
  }

  async finish(): Promise<void> {
    for (const shard of this.clients.keys()) {
      for (const table of ["tokens", "counts", "pairs", "words"] as const)
        await this.command(shard, `DROP TABLE IF EXISTS ${this.table(table)}`);
      for (const table of ["counts", "pairs"] as const)
        await this.command(shard, `DROP TABLE IF EXISTS ${this.everywhere(table)}`);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  /** Makes the tables that are not there, and looks whether the servers know each other. */
  private async prepare(): Promise<void> {
    const { cluster, database, servers } = this.settings;
    for (const shard of this.clients.keys()) {
      for (const [table, columns] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
        await this.command(
          shard,
          `CREATE TABLE IF NOT EXISTS ${this.table(table)} (part UInt32, ${columns}) ENGINE = MergeTree PARTITION BY part ORDER BY ${ORDER[table]}`,
        );
      }
      if (cluster === undefined) continue;
      const shards = Number(
        await this.ask(
          shard,
          `SELECT uniqExact(shard_num) AS n FROM system.clusters WHERE cluster = '${cluster}' FORMAT TSV`,
        ),
      );
      if (shards !== servers.length) {
        throw new ValueError(
          this.op,
          { server: servers[shard], cluster, "its shards": shards, servers: servers.length },
          shards === 0 ? "the server knows no cluster of that name" : "servers must have one of each shard",
          "system.clusters on the server lists those that it knows",
        );
      }
      for (const table of ["counts", "pairs"] as const) {
        await this.command(
          shard,
          `CREATE TABLE IF NOT EXISTS ${this.everywhere(table)} AS ${this.table(table)}
            ENGINE = Distributed('${cluster}', '${database}', '${this.table(table)}')`,
        );
      }
    }
  }

  private shardOf(part: number): number {
    return part % this.clients.length;
  }

  private table(table: Table): string {
    return `unfold_${this.settings.id}_${table}`;
  }

  /** The table over all shards. */
  private everywhere(table: "counts" | "pairs"): string {
    return this.settings.cluster === undefined ? this.table(table) : `${this.table(table)}_everywhere`;
  }

  private rows(part: number): string {
    return `(SELECT document, tokens FROM ${this.table("tokens")} WHERE part = ${part})`;
  }

  private async drop(part: number, table: Exclude<Table, "words">): Promise<void> {
    await this.command(this.shardOf(part), `ALTER TABLE ${this.table(table)} DROP PARTITION ${part}`);
  }

  private async insert(part: number, table: "counts" | "pairs", query: string): Promise<number> {
    const shard = this.shardOf(part);
    await this.command(shard, `INSERT INTO ${this.table(table)} ${query}`);
    return Number(
      await this.ask(shard, `SELECT count() AS n FROM ${this.table(table)} WHERE part = ${part} FORMAT TSV`),
    );
  }

  private async command(shard: number, query: string): Promise<void> {
    await this.on(shard, async (client) => {
      await client.command({ query, ...this.aborting(), clickhouse_settings: { wait_end_of_query: 1 } });
    });
  }

  private async ask(shard: number, query: string): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const bytes of this.bytesOf(shard, query)) pieces.push(bytes);
    return Buffer.concat(pieces).toString("utf8");
  }

  private async *linesOf(shard: number, query: string): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of this.bytesOf(shard, query)) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  }

  /** What a query gives, once it is whole: an error in its middle would otherwise stand among the rows. */
  private async *bytesOf(shard: number, query: string): AsyncGenerator<Uint8Array> {
    const stream = await this.on(shard, async (client) => {
      const settings = { wait_end_of_query: 1, skip_unavailable_shards: 0 } as const;
      return (await client.exec({ query, ...this.aborting(), clickhouse_settings: settings })).stream;
    });
    try {
      yield* stream as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw this.fault(shard, error);
    }
  }

  private async on<Result>(shard: number, act: (client: ClickHouseClient) => Promise<Result>): Promise<Result> {
    this.settings.signal?.throwIfAborted();
    try {
      const client = this.clients[shard];
      if (client === undefined) throw new ValueError(this.op, { shard }, "there is no such shard");
      return await act(client);
    } catch (error) {
      this.settings.signal?.throwIfAborted();
      throw this.fault(shard, error);
    }
  }

  private fault(shard: number, error: unknown): Error {
    return faultOf(this.op, error, { server: this.settings.servers[shard] ?? "", shard });
  }

  private aborting(): { abort_signal?: AbortSignal } {
    const { signal } = this.settings;
    return signal === undefined ? {} : { abort_signal: signal };
  }
}

/** Bytes in pieces of `size`, the last what is left. */
async function* piecesOf(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let held = new Uint8Array(size);
  let filled = 0;
  for await (const bytes of stream) {
    for (let at = 0; at < bytes.length;) {
      const taken = Math.min(bytes.length - at, size - filled);
      held.set(bytes.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < size) continue;
      yield held;
      held = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield held.subarray(0, filled);
}
