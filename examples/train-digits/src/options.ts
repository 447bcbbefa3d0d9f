import { UnfoldError } from "@unfoldjs/tensor-core";
import { Command, InvalidArgumentError, Option } from "commander";

/** What the command line says. */
export interface Options {
  readonly data: "mnist" | "fashion";
  /** A folder with the data's four files, where it is not installed. */
  readonly from?: string | undefined;
  readonly epochs: number;
  readonly seed: number;
  readonly threads: number;
  /** Train on this many pictures only. */
  readonly limit: number;
  /** Where results go. */
  readonly out: string;
}

/** What commander gives: options without a default are absent unless given. */
type Given = Omit<Options, "limit" | "out"> & Partial<Options>;

const LARGEST_SEED = 2 ** 32 - 1;
const ALL = Infinity;

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
    .option("--threads <n>", "1 for now", oneThread, 1)
    .option("--limit <n>", "train on the first n pictures only", wholeNumber(1, ALL))
    .option("--out <folder>", "where results go (default: out/mnist, or out/fashion)")
    .helpOption("--help", "show this")
    .showHelpAfterError("Add --help to see the options.")
    .allowExcessArguments(false)
    .action((given: Given) => train({ limit: ALL, out: `out/${given.data}`, ...given }));
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

function oneThread(text: string): number {
  const threads = wholeNumber(1, 1024)(text);
  if (threads === 1) return threads;
  throw new InvalidArgumentError("This version of the core works on one thread; leave the option out.");
}
