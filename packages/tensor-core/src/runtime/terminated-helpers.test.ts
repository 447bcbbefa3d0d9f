import { execFileSync } from "node:child_process";
import { env, execPath } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";

/** How often a helper is terminated at random: a few times here, 500 and more where somebody has the time for it. */
const ROUNDS = Number(env["UNFOLD_TERMINATIONS"] ?? 8);
/** After which a process hangs: what it does takes seconds, or a minute where only the core's own patience ends a wait. */
const PATIENCE = 150_000;

/** A process with four threads, whose helpers are terminated past everything of ours that could let them finish a part. */
const BEGINNING = `
  import { matmul, Generator, runtime, scope, sort } from "@unfoldjs/tensor-core";
  console.warn = () => {};
  const generator = new Generator(Number(process.argv.at(-2)));
  const [left, right] = [generator.normal([260, 260]), generator.normal([260, 260])];
  const product = () => Buffer.from(scope(() => matmul(left, right)).data().buffer);
  const expected = product();
  const workFor = (milliseconds) => {
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      if (!product().equals(expected)) throw new Error("a wrong result");
    }
  };
  const { crew } = globalThis[Symbol.for("@unfoldjs/tensor-core")];
  runtime.configure({ threads: 4 });
  const comeUp = async () => {
    for (; runtime.info().threads < 4; await new Promise((resolve) => setTimeout(resolve, 1))) workFor(1);
  };
  const printError = (error) => console.log(error.code, error.message.replaceAll("\\n", " "));`;

/** It shares products for ever, has a helper terminated at a random moment of one, and prints what came of each. */
const AT_RANDOM = `
  const random = () => generator.uniform([]).item();
  for (let round = 0; round < Number(process.argv.at(-1)); round++) {
    await comeUp();
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 10)); // some of them sleep
    try {
      workFor(3 * random());
      crew.helpers[Math.floor(3 * random())].terminate(); // no event is heard before the loop comes round again
      workFor(40 * random());
      console.log("right");
    } catch (error) {
      printError(error);
      break;
    }
    await runtime.dismissHelpers();
  }`;

/** It waits for a helper that sorts a long row, and then terminates it: until one has not finished its row by then. */
const WHILE_WAITED_FOR = `
  const rows = generator.normal([4, 1_000_000]);
  for (let isLost = false; !isLost; ) {
    await runtime.dismissHelpers();
    await comeUp();
    for (const helper of crew.helpers) {
      const { hasEnded } = helper;
      helper.hasEnded = () => {
        helper.terminate();
        return hasEnded();
      };
    }
    try {
      scope(() => sort(rows));
    } catch (error) {
      printError(error);
      isLost = true;
    }
  }
  try {
    product();
  } catch (error) {
    printError(error);
  }
  runtime.restart();
  const same = new Generator(Number(process.argv.at(-2)));
  const [newLeft, newRight] = [same.normal([260, 260]), same.normal([260, 260])];
  console.log(Buffer.from(scope(() => matmul(newLeft, newRight)).data().buffer).equals(expected));`;

function outcomes(program: string, seed: number, rounds: number): string[] {
  const flags = ["--conditions=@unfoldjs/source", "--disable-warning=ExperimentalWarning"];
  const evaluated = ["--input-type=module", "--eval", BEGINNING + program, "--", String(seed), String(rounds)];
  const output = execFileSync(execPath, [...flags, ...evaluated], { encoding: "utf8", timeout: PATIENCE });
  return output.trim().split("\n");
}

const LOST = /^UNFOLD_RUNTIME .*a thread that shared the work ended in the midst of it/;

test(
  "a helper that ends while it is waited for stops the core with an error that says so, and a new one computes the same",
  () => {
    expect(outcomes(WHILE_WAITED_FOR, 1, 1)).toEqual([
      expect.stringMatching(LOST),
      expect.stringMatching(
        /^UNFOLD_RUNTIME .*the core has stopped.*because +thread \d has ended, while work was shared/,
      ),
      "true",
    ]);
  },
  2 * PATIENCE,
);

test(
  "a helper that is terminated at a random moment never leaves the main thread waiting",
  async () => {
    const all: string[] = [];
    for (let seed = 1; all.length < ROUNDS; seed++) {
      all.push(...outcomes(AT_RANDOM, seed, Math.min(ROUNDS - all.length, 20)));
      await pause(0); // for whoever watches over tests that hang
    }
    const errors = all.filter((outcome) => outcome !== "right");
    if (env["UNFOLD_TERMINATIONS"] !== undefined)
      console.log(`${all.length} terminations, ${errors.length} lost parts`);
    for (const error of errors) expect(error).toMatch(LOST);
  },
  PATIENCE + ROUNDS * 5000,
);
