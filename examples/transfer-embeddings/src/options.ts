import { type CommonOptions, exampleCommand, runCommand, wholeNumber } from "@unfoldjs/example-kit";
import { InvalidArgumentError } from "commander";

/** What the command line says. */
export interface Options extends CommonOptions {
  /** A file of vectors to start from; absent: they are learnt here. */
  readonly vectors?: string | undefined;
  /** Reviews to learn vectors from, and passes over them. */
  readonly corpus: number;
  readonly epochs: number;
  /** Reviews with a label to learn the task from. */
  readonly amounts: readonly number[];
  /** How often all is repeated, each time with other reviews and weights. */
  readonly seeds: number;
  /** Reviews to test with: neither the vectors nor the task are learnt from them. */
  readonly test: number;
  /** Keep what an earlier run left in the folder of results. */
  readonly resume?: true | undefined;
}

const WHOLE = {
  corpus: 50_000,
  epochs: 3,
  amounts: [100, 200, 400, 1000, 3000, 10_000],
  seeds: 3,
  test: 5000,
} as const;
const QUICK = { corpus: 1500, epochs: 1, amounts: [50, 200], seeds: 2, test: 300 } as const;

/** Reads the command line and runs `study` with it. */
export async function runWith(study: (options: Options) => Promise<void>): Promise<void> {
  const command = exampleCommand(
    "transfer-embeddings",
    "Moves word vectors from a large text to a small task: when does fine-tuning pay?",
    "out/transfer-embeddings",
  )
    .option("--vectors <file>", "start from these (GloVe, word2vec, fastText, wink-embeddings) and learn none")
    .option(
      "--corpus <n>",
      `reviews to learn vectors from, at most (default: ${WHOLE.corpus})`,
      wholeNumber(100, 50_000),
    )
    .option("--epochs <n>", `passes over them (default: ${WHOLE.epochs})`, wholeNumber(1, 100))
    .option("--amounts <list>", `labels of the task (default: ${WHOLE.amounts.join(",")})`, amountsOf)
    .option("--seeds <n>", `repetitions (default: ${WHOLE.seeds})`, wholeNumber(2, 10))
    .option("--test <n>", `reviews to test with (default: ${WHOLE.test})`, wholeNumber(50, 20_000))
    .option("--resume", "keep the vectors and points that are there already, in the folder of results");
  const withDefaults = (given: Pick<Options, "seed"> & Partial<Options>): Options => ({
    ...(given.quick === true ? QUICK : WHOLE),
    out: "out/transfer-embeddings",
    ...given,
  });
  await runCommand<Options>(command, withDefaults, study);
}

/** "100,1000" */
function amountsOf(text: string): readonly number[] {
  const amounts = text.split(",").map(Number);
  if (amounts.every((amount) => Number.isInteger(amount) && amount >= 10 && amount <= 20_000)) {
    return [...new Set(amounts)].toSorted((a, b) => a - b);
  }
  throw new InvalidArgumentError("It must be whole numbers from 10 to 20000, as in 100,1000.");
}
