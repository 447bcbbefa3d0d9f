import { type CommonOptions, exampleCommand, runCommand, wholeNumber } from "@unfoldjs/example-kit";
import { Option } from "commander";

/** What the command line says. */
export interface Options extends CommonOptions {
  readonly engine: "duckdb" | "chdb" | "clickhouse";
  /** HTTP addresses of a cluster that is there; without them two shards are started here. */
  readonly servers?: readonly string[] | undefined;
  readonly cluster?: string | undefined;
  /** A text of one's own, a document on each line. */
  readonly text?: string | undefined;
  readonly documents: number;
  readonly window: number;
  readonly minCount: number;
  readonly partWords: number;
  readonly epochs: number;
  readonly vectorSize: number;
}

const WHOLE = {
  documents: 20_000,
  window: 10,
  minCount: 10,
  partWords: 1_000_000,
  epochs: 10,
  vectorSize: 50,
} as const;
const QUICK = { documents: 300, window: 5, minCount: 5, partWords: 20_000, epochs: 3, vectorSize: 16 } as const;

/** Reads the command line and runs `count` with it. */
export async function runWith(count: (options: Options) => Promise<void>): Promise<void> {
  const command = exampleCommand(
    "count-words",
    "Counts words and pairs of words by DuckDB or a ClickHouse cluster, and trains GloVe on the counts.",
    "out/count-words",
  )
    .addOption(new Option("--engine <name>", "that counts").choices(["duckdb", "chdb", "clickhouse"]).default("duckdb"))
    .option(
      "--servers <list>",
      "HTTP addresses of a cluster, one of each shard (default: two shards, started here)",
      addresses,
    )
    .option("--cluster <name>", "by which those servers know each other")
    .option("--text <file>", "a text of your own, a document on each line, also .gz (default: film reviews)")
    .option("--documents <n>", `at most (default: ${WHOLE.documents})`, wholeNumber(1, Infinity))
    .option("--window <n>", `words on either side (default: ${WHOLE.window})`, wholeNumber(1, 20))
    .option("--min-count <n>", `leave out rarer words (default: ${WHOLE.minCount})`, wholeNumber(1, Infinity))
    .option(
      "--part-words <n>",
      `of a part, which is not begun again (default: ${WHOLE.partWords})`,
      wholeNumber(1, Infinity),
    )
    .option("--epochs <n>", `of GloVe (default: ${WHOLE.epochs})`, wholeNumber(1, 1000))
    .option("--vector-size <n>", `features of a word (default: ${WHOLE.vectorSize})`, wholeNumber(1, 1000));
  await runCommand<Options>(
    command,
    (given) => ({ ...(given.quick === true ? QUICK : WHOLE), out: "out/count-words", ...given }),
    count,
  );
}

function addresses(text: string): readonly string[] {
  return text.split(",");
}
