import { Command, InvalidArgumentError } from "commander";
import type { Case, Suite } from "./case.ts";

export interface Options {
  readonly suite?: readonly string[];
  readonly case?: readonly string[];
  readonly threads: number;
  readonly json?: string;
  readonly charts?: string;
  readonly from?: string;
  readonly native?: string;
  readonly quick: boolean;
  readonly guard: boolean;
  readonly own: boolean;
  readonly layers: boolean;
}

/** @param suites what there is to choose from, for the help and for the messages */
export function readOptions(args: readonly string[], suites: readonly Suite[]): Options {
  const suiteNames = suites.map(({ name }) => name);
  const caseNames = [...new Set(suites.flatMap(({ cases }) => cases.map(({ name }) => name)))];
  const command = new Command("npm run bench --")
    .description(
      "Times these packages and other libraries at the same work, in turns, after comparing what they return.",
    )
    .option("--suite <name>", `only this suite, can be repeated: ${suiteNames.join(", ")}`, oneOf("suite", suiteNames))
    .option(
      "--case <name>",
      "only this case of the suites, can be repeated: 512, for example",
      oneOf("case", caseNames),
    )
    .option(
      "--threads <count>",
      "so many threads for the libraries that can share their work; one for the others",
      wholeNumber,
      1,
    )
    .option("--json <file>", "also write all figures to this file")
    .option("--charts <folder>", "also draw the figures as SVG into this folder, which is made if it is not there")
    .option("--from <file>", "measure nothing: take the figures that --json wrote to this file")
    .option("--native <python>", "also native PyTorch on one thread, by this command of a Python that has torch")
    .option("--quick", "a tenth of the time: to see that it runs, not for figures to show", false)
    .option(
      "--guard",
      "only ours at the product of 512 × 512: exit code 1 if below 85 % of the multiply-add loop",
      false,
    )
    .option("--own", "only ours against ourselves: what a tape, a backward and a step on rows cost", false)
    .option(
      "--layers",
      "only ours, call by call, and each as a share of the multiply-add loop: the suite networks unless others are chosen",
      false,
    )
    .addHelpText("after", suites.map(({ name, title, cases }) => suiteHelp(name, title, cases)).join(""))
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the options)")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  return command.parse(args, { from: "user" }).opts<Options>();
}

/** The suites with the cases that the options leave. @throws Error if nothing is left */
export function choose(
  suites: readonly Suite[],
  { suite, case: cases }: Pick<Options, "suite" | "case">,
): readonly Suite[] {
  const chosen = suites
    .filter(({ name }) => suite?.includes(name) ?? true)
    .map((each) => ({ ...each, cases: each.cases.filter(({ name }) => cases?.includes(name) ?? true) }))
    .filter((each) => each.cases.length > 0);
  if (chosen.length > 0) return chosen;
  throw new Error(
    `no case is called ${cases?.join(" or ")} in ${suite?.join(" or ") ?? "any suite"}; --help lists them`,
  );
}

function wholeNumber(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("A whole number from 1 on is wanted.");
  return count;
}

function oneOf(
  what: string,
  names: readonly string[],
): (value: string, previous?: readonly string[]) => readonly string[] {
  return (value, previous = []) => {
    if (!names.includes(value))
      throw new InvalidArgumentError(`There is no ${what} of this name; there are ${names.join("; ")}.`);
    return [...previous, value];
  };
}

function suiteHelp(name: string, title: string, cases: readonly Case[]): string {
  return `\n${name}: ${title}\n  ${cases.map((each) => each.name).join("; ")}\n`;
}
