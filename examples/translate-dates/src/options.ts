import { type CommonOptions, exampleCommand, runCommand, wholeNumber } from "@unfoldjs/example-kit";

/** What the command line says. */
export interface Options extends CommonOptions {
  /** How many dates are learned. */
  readonly dates: number;
  readonly epochs: number;
  /** Units of the encoder's directions, and of the decoder. */
  readonly hidden: number;
  /** Go on from the checkpoint in the folder of results. */
  readonly resume?: true | undefined;
  /** How many dates of each kind it is judged by. */
  readonly judged: number;
}

const USUAL = { dates: 24_000, epochs: 6, hidden: 64, judged: 1000, out: "out/dates" } as const;
const QUICK = { ...USUAL, dates: 6000, epochs: 2, judged: 200 } as const;

/** Reads the command line and runs `main` with it. */
export async function runWith(main: (options: Options) => Promise<void>): Promise<void> {
  const command = exampleCommand(
    "translate-dates",
    "Trains a translation model with attention on dates of twenty languages, and tests it on other dates.",
    USUAL.out,
  )
    .option("--dates <n>", `how many dates are learned (default: ${USUAL.dates})`, wholeNumber(64, 1e6))
    .option("--epochs <n>", `passes over them (default: ${USUAL.epochs})`, wholeNumber(1, 1000))
    .option("--hidden <n>", `units of the recurrent layers (default: ${USUAL.hidden})`, wholeNumber(1, 1024))
    .option("--resume", "go on from the checkpoint in the folder of results");
  await runCommand<Options>(command, (given) => ({ ...(given.quick === true ? QUICK : USUAL), ...given }), main);
}
