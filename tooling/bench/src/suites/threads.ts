import type { Case, Suite } from "../case.ts";
import { convolution } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { overhead } from "./overhead.ts";
import { recurrence } from "./recurrence.ts";
import { training } from "./training.ts";

/** Large work nearly twice as fast on two cores; small work no slower for there being helpers. */
const [LARGE, SMALL] = [1.8, 0.95];

export const threads: Suite = {
  name: "threads",
  title: "our own packages on several threads (--threads, or all cores) against themselves on one",
  contest: "threads",
  anyThreads: true,
  cases: [
    again(matmul, "512", LARGE),
    again(matmul, "1024", LARGE),
    again(convolution, "3×3, 64 → 64, 56×56", LARGE),
    again(training, "lenet, batch 64", LARGE),
    again(recurrence, "lstm 128 → 256, forward", LARGE),
    again(recurrence, "gru 128 → 256, forward", LARGE),
    again(elementwise, "softmax", LARGE),
    again(overhead, "add 16, dispose", SMALL),
    again(matmul, "64", SMALL),
  ],
};

/** A case of another suite without its standards, which are for one thread. */
function again(suite: Suite, name: string, ratio: number): Case {
  const found = suite.cases.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`threads: the suite ${suite.name} has no case ${name}`);
  const { work, unit, pose } = found;
  return { name: `${suite.name} ${name}`, work, unit, pose, bars: [{ ratio }] };
}
