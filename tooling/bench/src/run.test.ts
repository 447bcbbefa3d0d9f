import { expect, test } from "vitest";
import { defineCase, type Suite } from "./case.ts";
import type { Measurement } from "./measure/measure-case.ts";
import type { Place } from "./places/place.ts";
import { unfold } from "./peers/unfold.ts";
import { run } from "./run.ts";

const sum = defineCase({
  name: "sum",
  work: "add",
  problem: () => ({ left: new Float32Array(1), right: new Float32Array(1), memory: "scope" }),
  expected: () => ({ sum: [0] }),
  tolerance: 0,
  unit: "ms",
  flops: 1e6,
  traffic: { pattern: "copy", bytes: 1e6 },
  bars: [{ atMost: 1 }],
});
const suite: Suite = { name: "sums", title: "sums", cases: [sum, { ...sum, name: "total" }] };

/** Ours takes a millisecond; the loops reach 2 GFLOP/s at the first case, 4 at the next, and 2 GB/s. */
function place(where: Place["where"], skips?: string): Place {
  let arithmeticGflops = 0;
  return {
    where,
    instruction: "fused multiply-add",
    async measure(_, { name, traffic }): Promise<Measurement | undefined> {
      if (name === skips) return undefined;
      arithmeticGflops += 2;
      const times = { best: 1, quarter: 1, median: 1, spread: 0, samples: 1 };
      const standings = [{ library: { name: unfold.name, version: "0", threads: 1 }, times }];
      return { standings, leftOut: [], arithmeticGflops, ...(traffic && { memoryGbps: 2 }) };
    },
    close: async () => {},
  };
}

const quiet = { onSuite() {}, onCase() {} };
const effort = { warmUp: 0, measure: 0, fewestTurns: 1 };

test("each case in each place that has it, with the best ceiling of the whole run", async () => {
  const places = [place("node"), place("chromium", "sum")];
  const { rows, ceilings } = await run([suite], places, { effort, threads: 1 }, quiet);
  expect(rows.map((row) => [row.case, row.where])).toEqual([
    ["sum", "node"],
    ["total", "node"],
    ["total", "chromium"],
  ]);
  expect(rows.map(({ ceilingShare }) => ceilingShare)).toEqual([0.25, 0.25, 0.5]);
  expect(ceilings.map(({ where, gflops }) => [where, gflops])).toEqual([
    ["node", 4],
    ["chromium", 2],
  ]);
  expect(rows[0]).toMatchObject({ memory: { share: 0.5 }, bars: [{ met: true }] });
});

test("with more threads there are figures, but no bars and no shares", async () => {
  const { rows, ceilings } = await run([suite], [place("node")], { effort, threads: 2 }, quiet);
  expect(ceilings).toEqual([]);
  expect(rows[0]).toMatchObject({ ours: 1, oursGflops: 1, ceilingShare: null, memory: null, bars: [] });
  const any = await run([{ ...suite, anyThreads: true }], [place("node")], { effort, threads: 2 }, quiet);
  expect(any.rows[0]).toMatchObject({ bars: [{ met: true }] });
});
