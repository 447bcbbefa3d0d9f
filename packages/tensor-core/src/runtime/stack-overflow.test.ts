import { execFileSync } from "node:child_process";
import { execPath } from "node:process";
import { expect, test } from "vitest";

/**
 * Sorts at the end of recursions that leave it ever less of the stack, down to none, and prints what came of each: `right`,
 * `overflow` (the caller's own error, after which the core computes as before), `stopped`, or what should never be.
 */
const PROGRAM = `
  import { applyUpdate, defineUpdate, Generator, ones, runtime, RuntimeError } from "@unfoldjs/tensor-core";
  import { core } from ${JSON.stringify(new URL("heap.ts", import.meta.url).href)};
  runtime.configure({ threads: 1 });
  const sorting = defineUpdate("sorting", ["x", "y"], {
    writes: ["y"],
    check: () => {},
    run: ({ x, y }) => void core().sorted(1, x.size, x.size, 0, x.address, y.address, 0),
  });
  const make = () => ({ x: new Generator(1).normal([3000]), y: ones([3000]) });
  let held = make();
  const work = () => applyUpdate(sorting, held, undefined);
  work();
  const expected = held.y.data().join();
  const at = (depth, f) => (depth === 0 ? f() : at(depth - 1, f));
  const attempt = (f) => {
    try {
      f();
      return "right";
    } catch (error) {
      if (error instanceof RangeError) return "overflow";
      if (error instanceof RuntimeError && /trap.*call stack/.test(error.message)) return "stopped";
      return String(error);
    }
  };
  const outcomeAt = (depth) => {
    const outcomes = [attempt(() => at(depth, work)), attempt(work)];
    if (outcomes.includes("stopped")) {
      held.y.dispose();
      runtime.restart();
      held = make();
      return "stopped";
    }
    if (outcomes[1] !== "right" || held.y.data().join() !== expected) return "wrong afterwards: " + outcomes;
    return outcomes[0];
  };
  let [fits, overflows] = [1, 100_000];
  while (overflows - fits > 1) {
    const middle = Math.floor((fits + overflows) / 2);
    if (outcomeAt(middle) === "right") fits = middle;
    else overflows = middle;
  }
  const seen = {};
  for (let [depth, last] = [fits - 20, 0]; last < 60; depth++) {
    const outcome = outcomeAt(depth);
    seen[outcome] = (seen[outcome] ?? 0) + 1;
    last = outcome === "overflow" ? last + 1 : 0;
  }
  console.log(JSON.stringify(seen));`;

test("a kernel whose stack is full stops the core; a caller's recursion is its own error, and nothing is wrong afterwards", () => {
  // Compiled code has smaller frames, and would move the end of the stack while it is looked for.
  const steady = ["--no-opt", "--no-maglev", "--no-sparkplug"];
  const flags = ["--conditions=@unfoldjs/source", "--disable-warning=ExperimentalWarning", ...steady];
  const output = execFileSync(execPath, [...flags, "--input-type=module", "--eval", PROGRAM], {
    encoding: "utf8",
    timeout: 120_000,
  });
  const { right = 0, overflow = 0, stopped = 0, ...others } = JSON.parse(output) as Record<string, number>;
  expect(others).toEqual({});
  expect(right).toBeGreaterThan(0);
  expect(overflow).toBeGreaterThan(0);
  expect(stopped).toBeGreaterThan(0);
}, 150_000);
