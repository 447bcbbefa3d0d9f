import { expect, test } from "vitest";
import { interleave, takesPart } from "./interleave.ts";
import { Unfinished } from "./unfinished.ts";

const effort = { warmUp: 5, measure: 40, fewestTurns: 3 };

function busy(milliseconds: number): { name: number; run: () => void } {
  return {
    name: milliseconds,
    run: () => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    },
  };
}

test("a slow contender has fewer samples, never fewer than the fewest turns", async () => {
  const [fast, slow] = await interleave([busy(0.5), busy(30)], effort);
  if (fast === undefined || slow === undefined || !("samples" in fast) || !("samples" in slow))
    throw new Error("failed");
  expect(slow.samples).toHaveLength(3);
  expect(fast.samples.length).toBeGreaterThan(3);
  expect(Math.min(...fast.samples)).toBeGreaterThanOrEqual(0.5);
  expect(Math.min(...slow.samples)).toBeGreaterThanOrEqual(30);
});

test("what is asynchronous is timed to its end", async () => {
  const asynchronous = { run: () => new Promise<void>((done) => setTimeout(done, 10)) };
  const [timing] = await interleave([asynchronous], effort);
  if (timing === undefined || !("samples" in timing)) throw new Error("failed");
  expect(Math.min(...timing.samples)).toBeGreaterThan(8);
});

test("a contender that fails is named with its reason, and the others go on", async () => {
  let runs = 0;
  const failing = {
    run: () => {
      if (++runs > 5) throw new Error("heap exhausted");
      busy(2).run();
    },
  };
  const timings = await interleave([failing, busy(0.5)], effort);
  expect(timings[0]).toEqual({ contender: failing, failure: { reason: "heap exhausted" } });
  expect(timings[1]).toHaveProperty("samples");
});

test("a contender is told before each of its turns, so that it can run otherwise than its neighbour", async () => {
  let setting = "";
  const wrong: string[] = [];
  const contenders = ["one", "many"].map((name) => ({
    begin: () => void (setting = name),
    run() {
      if (setting !== name) wrong.push(`${name} under ${setting}`);
      busy(0.2).run();
    },
  }));
  await interleave(contenders, effort);
  expect(wrong).toEqual([]);
});

test("turns are spread evenly over the rounds", () => {
  const rounds = (turns: number): number[] => [...Array(10).keys()].filter((round) => takesPart(turns, round, 10));
  expect(rounds(2)).toEqual([4, 9]);
  expect(rounds(5)).toEqual([1, 3, 5, 7, 9]);
  expect(rounds(10)).toHaveLength(10);
});

test("what takes too long to be warmed up has two samples", async () => {
  let runs = 0;
  const slow = {
    run: () => {
      runs++;
      busy(8).run();
    },
  };
  const [timing] = await interleave([slow], { ...effort, slow: 4 });
  expect(runs).toBe(2);
  expect(timing).toHaveProperty("samples.length", 2);
});

test("a run that was ended says after how long", async () => {
  const ended = { run: () => Promise.reject(new Unfinished(3000)) };
  const [timing] = await interleave([ended], effort);
  expect(timing).toEqual({ contender: ended, failure: { reason: "not finished after 3 s", endedAfter: 3000 } });
});
