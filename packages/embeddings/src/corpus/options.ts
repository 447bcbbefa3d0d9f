import { resolve } from "node:path";
import {
  assertFunction,
  assertList,
  assertOneOf,
  assertRecord,
  assertString,
  assertWhole,
  type Check,
  checkedLater,
  checkOptions,
  type OptionChecks,
  truthValue,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aSignal } from "../arguments/signal.ts";
import { words, type WordsOptions } from "@unfoldjs/embeddings";
import type { Documents } from "./documents.ts";
import { bytesOf } from "./engines/chdb.ts";
import type { CountSettings } from "./files/manifest.ts";
import { unitOf } from "./sql/units.ts";

/** Where a count is. */
export interface CountProgress {
  /** Words are counted, then pairs, then the pairs of all parts are put together. */
  readonly step: "words" | "pairs" | "merge";
  /** Documents of this step so far; in the last step files. */
  readonly done: number;
  /** How many there will be, if that is known. */
  readonly total: number | undefined;
  /** Words of this step so far. */
  readonly words: number;
  /** Of this run and step. */
  readonly wordsPerSecond: number;
  /** Of this step, estimated; undefined where `total` is. */
  readonly secondsLeft: number | undefined;
}

export interface CountCorpusOptions {
  /** Texts, or arrays of words. A count that goes on goes through them anew, and passes over those that are counted. */
  readonly documents: Documents;
  /** Where parts, the manifest and the result are kept. */
  readonly folder: string;
  /** `"duckdb"`, the default, and `"chdb"` count in this process; `"clickhouse"` on servers. Each is a package of its own. */
  readonly engine?: "duckdb" | "chdb" | "clickhouse";
  /** Words on either side, at most; 20 at most. Default 10. */
  readonly window?: number;
  /** Counts the words behind, too, and not only those before. Default true. */
  readonly symmetric?: boolean;
  /** Words that came less often are left out, before distances are counted. Default 5. */
  readonly minCount?: number;
  /** At most so many words, the most frequent. All if absent. */
  readonly maxSize?: number;
  /** How texts are taken apart. */
  readonly words?: WordsOptions;
  /** About so many words are a part, which is counted at once and not begun again once it is done. Default 5,000,000. */
  readonly partWords?: number;
  /** About so many pairs are a file of the result, which is put together at once. Default 50,000,000. */
  readonly filePairs?: number;
  /** How many documents there are, if that is known: for the time that is left. */
  readonly totalDocuments?: number;
  /** Memory of an engine in this process: `"2GB"`, the default. */
  readonly memoryLimit?: string;
  /** Threads of an engine in this process. Its own choice if absent. */
  readonly threads?: number;
  /** ClickHouse: the HTTP address of one server of each shard, as in `["http://10.0.0.1:8123", "http://10.0.0.2:8123"]`. */
  readonly servers?: readonly string[];
  /** ClickHouse: the name under which several servers know each other (`remote_servers` of their configuration). */
  readonly cluster?: string;
  /** ClickHouse. Default `"default"`. */
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  /** Called about ten times a second, and after each part. */
  readonly onProgress?: (progress: CountProgress) => void;
  /** Ends the count; parts that are done are kept. */
  readonly signal?: AbortSignal;
}

export const OP = "countCorpus";
const whole =
  (least: number, most = Infinity): Check =>
  (op, name, value) => {
    assertWhole(op, name, value, least);
    if (value > most) throw wrongArgument(op, name, value, `at most ${most}`);
  };
/** More threads than a machine has; engines end the process where it can begin no more. */
const MOST_THREADS = 1024;
/** A petabyte: engines refuse larger sizes without a word of why. */
const MOST_MEMORY = 2 ** 50;
const ENGINES = ["duckdb", "chdb", "clickhouse"];
/** What may stand in a query without quotes. */
const assertName: Check = (op, name, value) => {
  assertString(op, name, value);
  if (!/^[A-Za-z_]\w*$/.test(value)) throw wrongArgument(op, name, value, "a name of letters, digits and _");
};

const CHECKS: OptionChecks<CountCorpusOptions> = {
  documents: checkedLater,
  folder: assertString,
  engine: (op, name, value) => assertOneOf(op, name, value, ENGINES),
  window: whole(1),
  symmetric: truthValue,
  minCount: whole(1),
  maxSize: whole(1),
  words: (op, name, value) => assertRecord(op, name, value, "options of words"),
  partWords: whole(1),
  filePairs: whole(1),
  totalDocuments: whole(0),
  memoryLimit: (op, name, value) => {
    assertString(op, name, value);
    const bytes = bytesOf(value);
    if (!(bytes > 0 && bytes <= MOST_MEMORY)) throw wrongArgument(op, name, value, 'a size up to 1024TiB, as in "2GB"');
  },
  threads: whole(1, MOST_THREADS),
  servers: (op, name, value) => assertList(op, name, value, "an array of addresses"),
  cluster: assertName,
  database: assertName,
  user: assertString,
  password: assertString,
  onProgress: assertFunction,
  signal: aSignal,
};

/** Options for engines in this process, and for servers. */
const LOCAL = ["memoryLimit", "threads"] as const;
const REMOTE = ["servers", "cluster", "database", "user", "password"] as const;

/** @throws ValueError on options that make no sense */
export function countSettings(options: CountCorpusOptions): CountSettings {
  checkOptions(OP, options, CHECKS);
  const { folder, engine = "duckdb", window = 10, symmetric = true, minCount = 5, maxSize = 0 } = options;
  if (folder === undefined || folder === "") {
    throw new ValueError(OP, { folder }, "a count keeps its parts in a folder", 'folder: "counts"');
  }
  unitOf(OP, window);
  for (const name of engine === "clickhouse" ? LOCAL : REMOTE) {
    if (options[name] === undefined) continue;
    throw new ValueError(OP, { engine, option: name }, `${name} is no option of ${engine}`);
  }
  if (engine === "chdb" && /[*?{}]/.test(resolve(folder))) {
    throw new ValueError(OP, { engine, folder }, "chdb takes *, ?, { and } of a path for a pattern", "another folder");
  }
  const servers = options.servers ?? [];
  for (const [at, server] of servers.entries()) {
    assertString(OP, `servers[${at}]`, server);
    if (!URL.canParse(server))
      throw wrongArgument(OP, `servers[${at}]`, server, 'an address, as in "http://127.0.0.1:8123"');
  }
  if (engine === "clickhouse" && servers.length === 0) {
    throw new ValueError(
      OP,
      { engine, servers: servers.length },
      "ClickHouse counts on servers",
      "servers: one address of each shard",
    );
  }
  if (servers.length > 1 && options.cluster === undefined) {
    throw new ValueError(
      OP,
      { servers: servers.length },
      "several servers need the name under which they know each other",
      'cluster: "name"',
    );
  }
  if (new Set(servers.map((server) => new URL(server).href)).size < servers.length)
    throw new ValueError(OP, { servers: servers.join(" ") }, "each server is there once");
  const how = options.words ?? {};
  words("", how);
  const { by = "unicode", locale = "und", lowerCase = false } = how;
  return {
    engine,
    window,
    symmetric,
    minCount,
    maxSize,
    partWords: options.partWords ?? 5_000_000,
    filePairs: options.filePairs ?? 50_000_000,
    words: `${String(by)} ${locale} ${lowerCase}`,
    servers: [...servers],
  };
}
