import { existsSync, rmSync } from "node:fs";
import { join, sep } from "node:path";
import { FormatError } from "@unfoldjs/tensor-core";
import { settle, whole } from "../files/atomic.ts";
import { GROUP, ParquetFile, ParquetReader } from "../files/parquet.ts";
import {
  cellsOf,
  type CellSettings,
  countsOf,
  type Dialect,
  mergedOf,
  totalsOf,
  type WordRange,
} from "../sql/template.ts";
import type { Block, Engine, PartRows } from "./engine.ts";

/** What an engine in this process does with a query. */
export interface Runner {
  readonly dialect: Dialect;
  /** Parquet files as a table. */
  table(paths: readonly string[]): string;
  /** Writes what a query gives to a Parquet file, in groups of so many rows. */
  write(query: string, path: string, group: number): Promise<void>;
  /** The one number that a query gives, if it gives one. */
  number(query: string): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Rows of a group that is read by engines alone. */
const LARGE_GROUP = 122_880;
type Kind = "tokens" | "counts" | "pairs";

/** An engine in this process: each part is a few Parquet files, which have their names once they are whole. */
export class FileEngine implements Engine {
  private readonly op: string;
  private readonly folder: string;
  private readonly runner: Runner;
  private tokens: { readonly part: number; readonly file: ParquetFile } | undefined;

  constructor(op: string, folder: string, runner: Runner) {
    this.op = op;
    this.folder = folder;
    this.runner = runner;
  }

  async look(parts: number): Promise<PartRows[]> {
    const rows = async (kind: Kind, part: number): Promise<number | undefined> => {
      const path = this.path(kind, part);
      if (!existsSync(path)) return undefined;
      // One that is damaged is made again, like one that is gone.
      const groups = await new ParquetReader(this.op).groups(path).catch((error: unknown) => {
        if (error instanceof FormatError) return undefined;
        throw error;
      });
      return groups === undefined ? undefined : (groups.at(-1)?.end ?? 0);
    };
    const found = [];
    for (let part = 0; part < parts; part++) {
      const hasTokens = existsSync(this.path("tokens", part));
      found.push({ counts: hasTokens ? await rows("counts", part) : undefined, pairs: await rows("pairs", part) });
    }
    return found;
  }

  async begin(part: number): Promise<void> {
    for (const kind of ["tokens", "counts", "pairs"] as const) rmSync(this.path(kind, part), { force: true });
    const columns = [
      { name: "document", type: "INT64" },
      { name: "tokens", type: "STRING" },
    ] as const;
    this.tokens = {
      part,
      file: await ParquetFile.create(this.op, `${this.path("tokens", part)}.tmp`, columns, 1 << 16),
    };
  }

  async add(_part: number, { first, tokens }: Block): Promise<void> {
    await this.tokens?.file.write(
      BigInt64Array.from(tokens, (_, i) => BigInt(first + i)),
      tokens,
    );
  }

  async count(part: number): Promise<number> {
    const { dialect } = this.runner;
    const tokens = this.path("tokens", part);
    await this.tokens?.file.close();
    settle(`${tokens}.tmp`, tokens);
    return this.write(countsOf(dialect, this.runner.table([tokens])), this.path("counts", part));
  }

  async totals(minCount: number, maxSize: number): Promise<{ words: string[]; counts: number[] }> {
    const { runner } = this;
    const all = join(this.folder, "totals.parquet");
    const files = this.existing("counts");
    await this.write(totalsOf(runner.dialect, runner.table(files), minCount), all);
    const least =
      maxSize === 0
        ? undefined
        : await runner.number(
            `SELECT total FROM ${runner.table([all])} ORDER BY total DESC LIMIT 1 OFFSET ${maxSize - 1}`,
          );
    const kept = join(this.folder, "kept.parquet");
    await this.write(`SELECT word, total FROM ${runner.table([all])} WHERE total >= ${least ?? 0}`, kept);
    const reader = new ParquetReader(this.op);
    const [words, counts]: [string[], number[]] = [[], []];
    for (const group of await reader.groups(kept)) {
      const columns = await reader.read(group, ["word", "total"]);
      for (const word of Array.from(columns.get("word") ?? [])) words.push(String(word));
      for (const count of Array.from(columns.get("total") ?? [])) counts.push(Number(count));
    }
    for (const path of [all, kept]) rmSync(path);
    return { words, counts };
  }

  /** They are in the file of words already. */
  async number(): Promise<void> {}

  pairs(part: number, settings: CellSettings): Promise<number> {
    const { dialect } = this.runner;
    const [tokens, words] = [this.path("tokens", part), join(this.folder, "words.parquet")];
    const query = cellsOf(dialect, this.runner.table([tokens]), this.runner.table([words]), settings);
    return this.write(query, this.path("pairs", part));
  }

  merge(_parts: number, path: string, range: WordRange): Promise<number> {
    return this.write(mergedOf(this.runner.dialect, this.runner.table(this.existing("pairs")), range), path, GROUP);
  }

  async finish(parts: number): Promise<void> {
    for (let part = 0; part < parts; part++)
      for (const kind of ["tokens", "counts", "pairs"] as const) rmSync(this.path(kind, part), { force: true });
    rmSync(join(this.folder, "spill"), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.runner.close();
  }

  /** @returns rows of the file */
  private async write(query: string, path: string, group = LARGE_GROUP): Promise<number> {
    return whole(path, async (partial) => {
      await this.runner.write(query, partial, group);
      const groups = await new ParquetReader(this.op).groups(partial);
      return groups.at(-1)?.end ?? 0;
    });
  }

  private path(kind: Kind, part: number): string {
    return join(this.folder, `${kind}-${String(part).padStart(6, "0")}.parquet`);
  }

  private existing(kind: Kind): string[] {
    const paths = [];
    for (let part = 0; existsSync(this.path(kind, part)); part++) paths.push(this.path(kind, part));
    return paths;
  }
}

/** A path in a query, where a quote is written twice. Windows parts folders by what others have in names. */
export const quoted = (path: string): string =>
  `'${(sep === "\\" ? path.replaceAll("\\", "/") : path).replaceAll("'", "''")}'`;
