import { type CommonOptions, exampleCommand, runCommand, wholeNumber } from "@unfoldjs/example-kit";
import { InvalidArgumentError, Option } from "commander";

/** What the command line says. */
export interface Options extends CommonOptions {
  /** The rule, on small pictures; or a network that learned from photographs, on emoji. */
  readonly task: "rule" | "emoji";
  /** Absent: clothes where they are installed, else digits. */
  readonly data?: "fashion" | "digits" | undefined;
  /** A folder with the data's four files, or with the emoji, where these are not installed. */
  readonly from?: string | undefined;
  /** How often all is repeated, each time with other classes, weights and pictures. */
  readonly seeds: number;
  /** Pictures of each new class to learn from. */
  readonly amounts: readonly number[];
  /** Of the first task to learn from, and passes over them. */
  readonly pretrain: number;
  readonly epochs: number;
  /** Steps of each training on the new task, for the least pictures; more pictures get more. */
  readonly steps: number;
  /** Unseen pictures of the new classes. */
  readonly test: number;
  /** Keep the points of an earlier run in the folder of results. */
  readonly resume?: true | undefined;
}

const WHOLE = {
  seeds: 3,
  amounts: [5, 10, 30, 100, 300, 1000],
  pretrain: 10_000,
  epochs: 2,
  steps: 150,
  test: 2500,
} as const;
const EMOJI = { ...WHOLE, amounts: [5, 20, 60], steps: 50 } as const;
const QUICK = { seeds: 2, amounts: [5, 20], pretrain: 640, epochs: 1, steps: 8, test: 200 } as const;

/** Reads the command line and runs `study` with it. */
export async function runWith(study: (options: Options) => Promise<void>): Promise<void> {
  const command = exampleCommand(
    "transfer-learning",
    "Moves a small CNN from five classes to five others: how many of its stages should learn?",
    "out/transfer-learning",
  )
    .addOption(
      new Option("--task <name>", "the rule, or MobileNetV2 on emoji").choices(["rule", "emoji"]).default("rule"),
    )
    .addOption(
      new Option("--data <name>", "pictures (default: clothes if they are installed)").choices(["fashion", "digits"]),
    )
    .option("--from <folder>", "where the four IDX files, or the emoji, are if they are not installed")
    .option("--seeds <n>", `repetitions (default: ${WHOLE.seeds})`, wholeNumber(2, 10))
    .option("--amounts <list>", `pictures of each class (default: ${WHOLE.amounts.join(",")})`, amountsOf)
    .option("--pretrain <n>", `pictures of the first task (default: ${WHOLE.pretrain})`, wholeNumber(50, 30_000))
    .option("--epochs <n>", `passes over them (default: ${WHOLE.epochs})`, wholeNumber(1, 100))
    .option("--steps <n>", `of each training, at least (default: ${WHOLE.steps})`, wholeNumber(1, 100_000))
    .option("--test <n>", `unseen pictures (default: ${WHOLE.test})`, wholeNumber(50, 5000))
    .option("--resume", "keep the points that are there already, in the folder of results");
  const withDefaults = (given: Pick<Options, "seed" | "task"> & Partial<Options>): Options => ({
    ...(given.quick === true ? QUICK : given.task === "emoji" ? EMOJI : WHOLE),
    out: given.task === "emoji" ? "out/transfer-learning-emoji" : "out/transfer-learning",
    ...given,
  });
  await runCommand<Options>(command, withDefaults, study);
}

/** "5,10,30" */
function amountsOf(text: string): readonly number[] {
  const amounts = text.split(",").map(Number);
  if (amounts.every((amount) => Number.isInteger(amount) && amount >= 2 && amount <= 6000)) {
    return [...new Set(amounts)].toSorted((a, b) => a - b);
  }
  throw new InvalidArgumentError("It must be whole numbers from 2 to 6000, as in 5,30,100.");
}
