import { parseArgs } from "node:util";

export const USAGE = `Random calls, chains of calls, gradients, threads, wrong arguments, and damaged files, until the time is over.

npm run fuzz                          five minutes, a seed by chance
npm run fuzz -- --minutes 30          longer; fractions are fine
npm run fuzz -- --seed 7              the same again
npm run fuzz -- --only gradients      one part, by its name; or cases, by theirs: --only matmul,npz
npm run fuzz -- --keep                writes each failure to tooling/fuzz/kept, to be mended and committed
npm run fuzz -- --grow                keeps files that reach new branches of their readers in tooling/fuzz/corpus`;

export interface Options {
  readonly milliseconds: number;
  readonly seed: string;
  readonly only: readonly string[];
  readonly keep: boolean;
  readonly grow: boolean;
  readonly help: boolean;
}

/** @throws Error that says what is wrong with the options */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "5" },
      seed: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      grow: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes < Infinity))
    throw new Error(`--minutes must be a number above 0, not ${values.minutes}`);
  return {
    milliseconds: minutes * 60_000,
    seed: values.seed ?? String(Math.floor(Math.random() * 2 ** 31)),
    only: values.only.flatMap((words) => words.split(",")),
    keep: values.keep,
    grow: values.grow,
    help: values.help,
  };
}
