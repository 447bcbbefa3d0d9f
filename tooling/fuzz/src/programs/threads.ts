import { setTimeout as pause } from "node:timers/promises";
import { grad } from "@unfoldjs/autograd";
import { randomFrom, table } from "@unfoldjs/op-cases";
import { data, matmul, ones, runtime, scope, UnfoldError } from "@unfoldjs/tensor-core";
import type { Exploration, Part } from "../part.ts";
import { attributesOf, callText, drawCall, everything } from "./draw.ts";
import { place } from "./place.ts";
import type { Call, Program } from "./program.ts";
import { simpler } from "./simpler.ts";
import { isSmooth, SmoothFunction } from "./smooth.ts";
import { isNamed, tasteOf } from "./values.ts";

const THREADS = 2;
/** Elements of an input: enough for its work to be shared. */
const CAP = 150_000;
/** How long helpers may take to start. */
const PATIENCE = 10_000;

/** Starts the helpers. @throws Error if there are none in the end */
async function awaken(): Promise<void> {
  runtime.configure({ threads: THREADS });
  scope(() => matmul(ones([512, 512]), ones([512, 512]))); // work enough to want them
  for (const end = Date.now() + PATIENCE; runtime.info().threads < THREADS; await pause(5)) {
    if (Date.now() > end) throw new Error(`no second thread came: ${runtime.info().missing.join("; ")}`);
  }
}

/** Results and gradients of large calls on one thread and on two: the same bits. */
export const threads: Part<Program> = {
  name: "threads",
  accepts: (only) => only === "threads" || table.some((entry) => isNamed(entry, [only])),

  async explore({ seed, until, only, trying, tried, count }: Exploration<Program>) {
    await awaken();
    const taste = tasteOf({ ...everything, special: 0 }, only);
    for (let round = 0; Date.now() < until; round++) {
      const random = randomFrom(`${seed}/threads/${round}`);
      const program = [drawCall(random, taste, [], Math.floor(CAP * random() ** 3))];
      trying(program);
      const { problems, compared } = wrongWith(program);
      count("calls");
      count("compared", compared);
      await tried(program, problems);
      if (round % 50 === 0) await pause(1); // for what comes from helpers
    }
  },

  async check(program) {
    await awaken();
    return wrongWith(program).problems;
  },
  simpler,
  describe: (program) => program.map(callText).join("\n  "),
};

function wrongWith(program: Program): { problems: string[]; compared: number } {
  const [call] = program;
  const entry = table.find(({ name }) => name === call?.op);
  if (call === undefined || entry === undefined) return { problems: [], compared: 0 };
  const ways: [string, () => readonly ArrayLike<number>[]][] = [["results", () => resultsOf(call, entry.opCase)]];
  if (isSmooth(entry)) ways.push(["gradients", () => gradientsOf(program)]);
  const problems: string[] = [];
  let compared = 0;
  for (const [what, run] of ways) {
    const runs = [1, THREADS].map((count) => {
      runtime.configure({ threads: count });
      try {
        return run();
      } catch (error) {
        if (error instanceof UnfoldError && error.code !== "UNFOLD_RUNTIME") return undefined; // refused, for other parts
        throw error;
      }
    });
    const [one, two] = runs;
    if ((one === undefined) !== (two === undefined)) problems.push(`${what}: refused on one number of threads alone`);
    if (one === undefined || two === undefined) continue;
    compared++;
    const at = firstDifference(one, two);
    if (at !== undefined) problems.push(`${what}: ${at}`);
  }
  return { problems: problems.map((problem) => `${callText(call)}: ${problem}`), compared };
}

function resultsOf(call: Call, opCase: (typeof table)[number]["opCase"]): ArrayLike<number>[] {
  return scope(() => {
    const inputs = call.inputs.map((given, at) => place(given, given.dtype ?? opCase.draws[at]?.dtype ?? "f32").tensor);
    return Object.values(opCase.call(inputs, attributesOf(opCase, call))).map((tensor) => data(tensor));
  });
}

/** The gradients of a sum of the results, where references, which are slow, are not asked. */
function gradientsOf(program: Program): ArrayLike<number>[] {
  const f = new SmoothFunction(program);
  try {
    if (f.leaves.length === 0) return [];
    return scope(() => grad((leaves: typeof f.leaves) => f.call(leaves))(f.leaves).map((gradient) => data(gradient)));
  } finally {
    f.dispose();
  }
}

function firstDifference(one: readonly ArrayLike<number>[], two: readonly ArrayLike<number>[]): string | undefined {
  for (const [result, values] of one.entries()) {
    const others = two[result] ?? [];
    for (let at = 0; at < values.length; at++) {
      if (!Object.is(values[at], others[at]))
        return `element ${at} of ${result} is ${values[at]} on one thread, ${others[at]} on ${THREADS}`;
    }
  }
  return undefined;
}
