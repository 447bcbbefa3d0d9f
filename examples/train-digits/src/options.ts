import { runtime, UnfoldError } from "@unfoldjs/tensor-core";
import { Command, InvalidArgumentError, Option } from "commander";

/** What the command line says. */
export interface Options {
  readonly data: "mnist" | "fashion";
  /** A folder with the data's four files, where it is not installed. */
  readonly from?: string | undefined;
  readonly epochs: number;
  readonly seed: number;
  /** How many share the work; as many as the machine runs at once if not given. */
  readonly threads?: number | undefined;
  /** Train on this many pictures only. */
  readonly limit: number;
  /** Where results go. */
  readonly out: string;
}

/** What commander gives: options without a default are absent unless given. */
type Given = Omit<Options, "limit" | "out"> & Partial<Options>;

const LARGEST_SEED = 2 ** 32 - 1;
const ALL = Infinity;
const MOST_THREADS = 32; // of `runtime.configure`

/**
 * Reads the command line and runs `train` with it. An error ends the process with its message on stderr and exit code 1;
 * only one that nobody foresaw comes with a stack trace.
 */
export async function runCommand(
  train: (options: Options) => Promise<void>,
  argv: readonly string[] = process.argv,
): Promise<void> {
  const command = new Command("train-digits")
    .description("Trains LeNet-5 on 60,000 pictures and tests it on 10,000 others.")
    .addOption(new Option("--data <name>", "pictures to learn").choices(["mnist", "fashion"]).default("mnist"))
    .option("--from <folder>", "where its four IDX files are, if it is not installed")
    .option("--epochs <n>", "passes over the training pictures", wholeNumber(1, 1000), 3)
    .option("--seed <n>", "of weights and order; the same seed gives the same model", wholeNumber(0, LARGEST_SEED), 1)
    .option(
      "--threads <n>",
      "that share the work (default: all that the machine runs at once)",
      wholeNumber(1, MOST_THREADS),
    )
    .option("--limit <n>", "train on the first n pictures only", wholeNumber(1, ALL))
    .option("--out <folder>", "where results go (default: out/mnist, or out/fashion)")
    .helpOption("--help", "show this")
    .showHelpAfterError("Add --help to see the options.")
    .allowExcessArguments(false)
    .action((given: Given) => {
      runtime.configure(given.threads === undefined ? {} : { threads: given.threads });
      return train({ limit: ALL, out: `out/${given.data}`, ...given });
    });
  try {
    await command.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = 1;
    console.error(describe(error));
  }
}

/** The message of an error that was thrown on purpose says it all; of any other, where it came from matters too. */
function describe(error: unknown): string {
  if (error instanceof UnfoldError) return `error: ${error.message}`;
  return error instanceof Error && error.stack !== undefined ? error.stack : `error: ${String(error)}`;
}

function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low}${high === ALL ? " up" : ` to ${high}`}.`);
  };
}
