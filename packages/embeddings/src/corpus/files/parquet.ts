import { existsSync } from "node:fs";
import { FileError, FormatError } from "@unfoldjs/tensor-core";
import type * as Hyparquet from "hyparquet";
import type { ParquetWriter } from "hyparquet-writer";
import { peer } from "./peers.ts";

/** A column of a file that is written, one piece after the other. */
export interface Column {
  readonly name: string;
  readonly type: "INT32" | "INT64" | "STRING";
}
export type ColumnValues = Int32Array | BigInt64Array | readonly string[];

/** Rows of a group: what is read at once. Small, so that pairs are shuffled well by groups. */
export const GROUP = 20_480;

/** Writes a Parquet file piece by piece, each a row group or several. */
export class ParquetFile {
  private readonly writer: ParquetWriter;
  private readonly columns: readonly Column[];
  private readonly rowGroupSize: number;

  private constructor(writer: ParquetWriter, columns: readonly Column[], rowGroupSize: number) {
    this.writer = writer;
    this.columns = columns;
    this.rowGroupSize = rowGroupSize;
  }

  static async create(
    op: string,
    path: string,
    columns: readonly Column[],
    rowGroupSize: number = GROUP,
  ): Promise<ParquetFile> {
    const { fileWriter, ParquetWriter, schemaFromColumnData } = await peer(
      op,
      "hyparquet-writer",
      () => import("hyparquet-writer"),
    );
    const schema = schemaFromColumnData({
      columnData: columns.map(({ name, type }) => ({ name, type, data: [], nullable: false })),
    });
    return new ParquetFile(new ParquetWriter({ writer: fileWriter(path), schema }), columns, rowGroupSize);
  }

  /** @param values of each column, all of one length */
  async write(...values: readonly ColumnValues[]): Promise<void> {
    const columnData = this.columns.map(({ name, type }, i) => ({
      name,
      type,
      nullable: false,
      data: (values[i] ?? []) as Int32Array | BigInt64Array | string[],
      // Numbers in order are half as large as their differences.
      ...(type === "STRING" ? {} : { encoding: "DELTA_BINARY_PACKED" as const }),
    }));
    await this.writer.write({ columnData, rowGroupSize: this.rowGroupSize });
  }

  async close(): Promise<void> {
    await this.writer.finish();
  }
}

/** Rows of a group at most: more are none that were written here. */
const MOST_ROWS = 2 ** 26;
/** A word may begin with what elsewhere only says that a text is Unicode (U+FEFF). */
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });
const stringFromBytes = (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes);

/** A group of rows of a file. */
export interface RowGroup {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Reads Parquet files by groups of rows. */
export class ParquetReader {
  private readonly open = new Map<string, Promise<OpenFile>>();
  private readonly op: string;

  constructor(op: string) {
    this.op = op;
  }

  /** The groups of a file, in order. */
  async groups(path: string): Promise<RowGroup[]> {
    const { metadata } = await this.file(path);
    let start = 0;
    return metadata.row_groups.map(({ num_rows }) => {
      const rows = Number(num_rows);
      if (!(rows >= 0 && rows <= MOST_ROWS)) throw this.damaged(path, `a group of ${rows} rows`);
      const group = { path, start, end: start + rows };
      start += rows;
      return group;
    });
  }

  /** Columns of a group, by their names. @throws FormatError if the file is damaged */
  async read(
    { path, start, end }: RowGroup,
    columns: readonly string[],
  ): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
    const { hyparquet, file, metadata } = await this.file(path);
    // A column of a group comes in pieces: a page of a megabyte each.
    const pieces = new Map<string, ArrayLike<unknown>[]>(columns.map((name) => [name, []]));
    try {
      await hyparquet.parquetRead({
        file,
        metadata,
        columns: [...columns],
        rowStart: start,
        rowEnd: end,
        parsers: { stringFromBytes },
        onChunk: ({ columnName, columnData }) => void pieces.get(columnName)?.push(columnData),
      });
    } catch (error) {
      throw this.damaged(path, error);
    }
    const found = new Map<string, ArrayLike<unknown>>();
    for (const [name, some] of pieces) {
      const [only = [], ...more] = some;
      const all = more.length === 0 ? only : some.flatMap((piece) => Array.from(piece));
      if (all.length !== end - start) throw this.damaged(path, `${all.length} of ${end - start} rows of ${name}`);
      found.set(name, all);
    }
    return found;
  }

  /** The error of a file that is there and cannot be read. */
  private damaged(path: string, problem: unknown): Error {
    const fix = "remove the folder, and count again";
    return new FormatError(this.op, { path, problem: String(problem) }, "the file is damaged, or cut off", fix, {
      cause: problem,
    });
  }

  private file(path: string): Promise<OpenFile> {
    const known = this.open.get(path);
    if (known !== undefined) return known;
    const opened = this.opened(path);
    this.open.set(path, opened);
    opened.catch(() => this.open.delete(path)); // whoever awaits it hears of it
    return opened;
  }

  private async opened(path: string): Promise<OpenFile> {
    const hyparquet = await peer(this.op, "hyparquet", () => import("hyparquet"));
    if (!existsSync(path)) {
      const fix = "remove the folder, and count again";
      throw new FileError(this.op, { path }, "a file of the counts is gone", fix);
    }
    try {
      const file = await hyparquet.asyncBufferFromFile(path);
      return { hyparquet, file, metadata: await hyparquet.parquetMetadataAsync(file) };
    } catch (error) {
      throw this.damaged(path, error);
    }
  }
}

interface OpenFile {
  readonly hyparquet: typeof Hyparquet;
  readonly file: Hyparquet.AsyncBuffer;
  readonly metadata: Hyparquet.FileMetaData;
}
