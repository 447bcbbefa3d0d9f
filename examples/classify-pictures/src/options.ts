import { type CommonOptions, exampleCommand, runCommand, wholeNumber } from "@unfoldjs/example-kit";
import { Option } from "commander";

/** What the command line says. */
export interface Options extends CommonOptions {
  readonly data: "mnist" | "fashion";
  /** A folder with the data's four files, where it is not installed. */
  readonly from?: string | undefined;
  readonly epochs: number;
  /** Go on from the checkpoint in the folder of results. */
  readonly resume?: true | undefined;
  /** Train on this many pictures only. */
  readonly limit: number;
}

const [EPOCHS, QUICK_EPOCHS] = [6, 1];
const [ALL, QUICK_LIMIT] = [Infinity, 3000];

/** Reads the command line and runs `train` with it. */
export async function runWith(train: (options: Options) => Promise<void>): Promise<void> {
  const command = exampleCommand(
    "classify-pictures",
    "Trains a convolutional network with batch norm on 60,000 pictures and tests it on 10,000 others.",
    "out/classify-mnist, or out/classify-fashion",
  )
    .addOption(new Option("--data <name>", "pictures to learn").choices(["mnist", "fashion"]).default("mnist"))
    .option("--from <folder>", "where its four IDX files are, if it is not installed")
    .option("--epochs <n>", `passes over the training pictures (default: ${EPOCHS})`, wholeNumber(1, 1000))
    .option("--limit <n>", "train on the first n pictures only", wholeNumber(1, ALL))
    .option("--resume", "go on from the checkpoint in the folder of results");
  const withDefaults = (given: Pick<Options, "data" | "seed"> & Partial<Options>): Options => ({
    epochs: given.quick === true ? QUICK_EPOCHS : EPOCHS,
    limit: given.quick === true ? QUICK_LIMIT : ALL,
    out: `out/classify-${given.data}`,
    ...given,
  });
  await runCommand<Options>(command, withDefaults, train);
}
