import { expect, test } from "vitest";
import type { Verdict } from "../bar.ts";
import { exampleRow } from "./example-row.ts";
import type { Row } from "./row.ts";
import { caseTable, conditions, summaryTable } from "./table.ts";

test("all libraries at one case", () => {
  expect(caseTable(exampleRow)).toBe(`matmul 512
                         best    median   spread
  unfold, 2 threads   4.80 ms   5.00 ms     ±2 %   55.9 GFLOP/s
  quick               7.90 ms   8.00 ms    ±10 %   34.0 GFLOP/s   1.65 ×
  (nothing)           1.20 ms   1.30 ms     ±1 %
  broken is left out: product is off
`);
});

test("a line for each case, also where there is nothing to compare", () => {
  const nothing = { ours: null, best: null, bestPeer: null, ratio: null, ratioOfMedians: null, ceilingShare: null };
  const alone: Row = {
    ...exampleRow,
    ...nothing,
    suite: "training",
    where: "chromium",
    unit: "ns",
    memory: null,
    bars: [{ bar: { atMost: 1500 }, reached: null, met: null }],
  };
  expect(summaryTable([exampleRow, alone])).toBe(
    `                               ours   best peer            ahead   by medians   of the ceiling   of memory   bars
matmul 512                  4.80 ms     7.90 ms   quick   1.65 ×       1.60 ×             95 %        62 %   ≥ 1.3 × ✓; ≥ 97 % of the ceiling ✗ 95.0 %
training 512, in Chromium         –           –                                                              ≤ 1500 ns ?`,
  );
});

test("what was ended before it was finished, and how far ahead we are at least", () => {
  const leftOut = [{ name: "endless", reason: "not finished after 3 s", endedAfter: 3000 }];
  const bounded = { ...exampleRow, best: null, bestPeer: null, ratio: null, ratioAtLeast: 625, bars: [], leftOut };
  expect(caseTable(bounded)).toContain("endless is left out: not finished after 3 s, so at least 625 ×");
  expect(summaryTable([bounded])).toContain("> 625 ×");
});

test("native code in a column of its own, where some was measured", () => {
  const native = { name: "pytorch fused", best: 2.4, median: 2.5, ratio: 0.5, ratioOfMedians: 0.5 };
  expect(summaryTable([exampleRow, { ...exampleRow, case: "64", native, bars: [] }])).toBe(
    `                ours   best peer            ahead   by medians   of the ceiling   of memory    native                   ahead of it   bars
matmul 512   4.80 ms     7.90 ms   quick   1.65 ×       1.60 ×             95 %        62 %                                           ≥ 1.3 × ✓; ≥ 97 % of the ceiling ✗ 95.0 %
matmul 64    4.80 ms     7.90 ms   quick   1.65 ×       1.60 ×             95 %        62 %   2.40 ms   pytorch fused       0.500 ×`,
  );
});

test.each<{ verdict: Verdict; shown: string }>([
  { verdict: { bar: { ratio: 60, over: "slow" }, reached: 70.4, met: true }, shown: "≥ 60 × slow ✓ 70.4 ×" },
  { verdict: { bar: { ratio: 60, over: "slow" }, reached: null, met: null }, shown: "≥ 60 × slow ?" },
  { verdict: { bar: { share: 0.6, of: "memory" }, reached: 0.62, met: true }, shown: "≥ 60 % of memory ✓" },
  {
    verdict: { bar: { share: 0.9, ofCase: { suite: "matmul", case: "512" } }, reached: 0.8999, met: false },
    shown: "≥ 90 % of the rate of 512 ✗ 89.9 %",
  },
])("$shown", ({ verdict, shown }) => {
  const last = summaryTable([{ ...exampleRow, bars: [verdict] }])
    .split("   ")
    .at(-1);
  expect(last).toBe(shown);
});

test("each place has its ceiling", () => {
  const machine = { processor: "P", cores: 2, platform: "", node: "24", v8: "" };
  const instruction = "fused multiply-add";
  const ceilings = [
    { where: "node", gflops: 60, instruction },
    { where: "chromium", gflops: 58.26, instruction },
  ] as const;
  expect(conditions({ machine, date: "", threads: 1, ceilings, effort: "thorough" })).toBe(
    "P, 2 cores, Node 24, one thread; ceiling 60.0 GFLOP/s (fused multiply-add)" +
      "; ceiling in Chromium 58.3 GFLOP/s (fused multiply-add)",
  );
});
