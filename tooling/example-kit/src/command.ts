import { runtime, UnfoldError } from "@unfoldjs/tensor-core";
import { Command, InvalidArgumentError } from "commander";

/** What the command line of every example says. */
export interface CommonOptions {
  readonly seed: number;
  /** How many share the work; as many as the machine runs at once if not given. */
  readonly threads?: number | undefined;
  /** A look at it in less time, with poorer results. */
  readonly quick?: true | undefined;
  /** Where results go. */
  readonly out: string;
}

const LARGEST_SEED = 2 ** 32 - 1;
const MOST_THREADS = 32; // of `runtime.configure`

/**
 * The command line of an example, with the options that all have; it adds its own.
 * @param out what the help says of where results go by default
 */
export function exampleCommand(name: string, description: string, out: string): Command {
  return new Command(name)
    .description(description)
    .option("--seed <n>", "of weights and order; the same seed gives the same model", wholeNumber(0, LARGEST_SEED), 1)
    .option(
      "--threads <n>",
      "that share the work (default: all that the machine runs at once)",
      wholeNumber(1, MOST_THREADS),
    )
    .option("--quick", "less of everything: a look at it in seconds")
    .option("--out <folder>", `where results go (default: ${out})`)
    .helpOption("--help", "show this")
    .showHelpAfterError("Add --help to see the options.")
    .allowExcessArguments(false);
}

/**
 * Reads the command line and runs `main` with it. An error ends the process with its message on stderr and exit code 1;
 * only one that nobody foresaw comes with a stack trace.
 * @param defaults options that are not given, and depend on others
 */
export async function runCommand<Options extends CommonOptions>(
  command: Command,
  defaults: (given: Omit<Options, "out"> & Partial<Options>) => Options,
  main: (options: Options) => Promise<void>,
  argv: readonly string[] = process.argv,
): Promise<void> {
  command.action(() => {
    // What stands by itself is an option by its name in the help.
    const named = command.registeredArguments.map((argument, at) => [argument.name(), command.processedArgs[at]]);
    const given = { ...Object.fromEntries(named), ...command.opts() } as Omit<Options, "out"> & Partial<Options>;
    runtime.configure(given.threads === undefined ? {} : { threads: given.threads });
    return main(defaults(given));
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

/** Reads an option's value. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(
      `It must be a whole number from ${low}${high === Infinity ? " up" : ` to ${high}`}.`,
    );
  };
}
