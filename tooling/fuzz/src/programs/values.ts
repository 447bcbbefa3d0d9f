import { type Random, randomFrom, table, type TableEntry } from "@unfoldjs/op-cases";
import type { Exploration, Part } from "../part.ts";
import { between } from "../random.ts";
import { callText, drawCall, everything, type Taste } from "./draw.ts";
import type { Call, Program } from "./program.ts";
import { Run, type Tally } from "./run.ts";
import { simpler } from "./simpler.ts";

const LONGEST = 8;

/** The taste for cases that `--only` names. */
export function tasteOf(taste: Taste, only: readonly string[]): Taste {
  const entries = taste.entries.filter((entry) => isNamed(entry, only));
  return entries.length === 0 ? taste : { ...taste, entries };
}

export function isNamed({ op, name }: TableEntry, only: readonly string[]): boolean {
  return only.includes(op) || only.includes(name);
}

/** Every second program ends with what was made last going first. */
function endsLastFirst(program: Program): boolean {
  return program.length % 2 === 0;
}

/** Calls in a row, each against its reference, with results handed on: values, layouts, aliases, leaks. */
export function valuesPart(name: string, taste: Taste, drawNext: typeof drawCall): Part<Program> {
  return {
    name,
    accepts: (only) => only === name || table.some((entry) => isNamed(entry, [only])),

    async explore({ seed, until, only, trying, tried, count }: Exploration<Program>) {
      const chosen = tasteOf(taste, only);
      const tally: Tally = { computed: new Map(), refused: 0 };
      for (let round = 0; Date.now() < until; round++) {
        const random = randomFrom(`${seed}/${name}/${round}`);
        const { program, problems } = drawn(random, chosen, drawNext, tally, trying);
        count("programs");
        count("calls", program.length);
        await tried(program, problems);
      }
      count("refused", tally.refused);
      count("cases", tally.computed.size);
    },

    check(program) {
      const run = new Run();
      const problems = program.flatMap((call) => run.call(call));
      return Promise.resolve([...problems, ...run.end(endsLastFirst(program))]);
    },

    simpler,
    describe: (program) => program.map(callText).join("\n  "),
  };
}

/** Draws and runs a program, call by call: what comes next depends on what came out. */
function drawn(
  random: Random,
  taste: Taste,
  drawNext: typeof drawCall,
  tally: Tally,
  trying: (program: Program) => void,
): { program: Program; problems: string[] } {
  const run = new Run(tally);
  const program: Call[] = [];
  const problems: string[] = [];
  const length = between(random, 1, LONGEST);
  while (program.length < length && problems.length === 0) {
    program.push(drawNext(random, taste, run.available));
    trying(program);
    problems.push(...run.call(program.at(-1) as Call));
  }
  return { program, problems: [...problems, ...run.end(endsLastFirst(program))] };
}

export const values: Part<Program> = valuesPart("values", everything, drawCall);
