import { expect, test } from "vitest";
import type { Row } from "./row.ts";
import { caseTable, summaryTable } from "./table.ts";

const row: Row = {
  suite: "matmul",
  case: "512",
  metric: "time",
  unit: "ms",
  ours: 4.8,
  best: 7.9,
  bestPeer: "quick",
  ratio: 7.9 / 4.8,
  oursMedian: 5,
  bestMedian: 8,
  ratioOfMedians: 1.6,
  oursSpread: 0.02,
  ceilingShare: 0.95,
  bar: { ratio: 1.3 },
  barMet: true,
  libraries: [
    { name: "ours", version: "0", best: 4.8, median: 5, spread: 0.02, samples: 9, gflops: 55.9 },
    { name: "quick", version: "1", best: 7.9, median: 8, spread: 0.1, samples: 9, gflops: 34 },
  ],
  leftOut: [{ name: "broken", reason: "product is off" }],
};

test("all libraries at one case", () => {
  expect(caseTable(row)).toBe(`matmul 512
             best    median   spread
  ours    4.80 ms   5.00 ms     ±2 %   55.9 GFLOP/s
  quick   7.90 ms   8.00 ms    ±10 %   34.0 GFLOP/s   1.65 ×
  broken is left out: product is off
`);
});

test("a line for each case, also where there is nothing to compare", () => {
  const alone: Row = { ...row, suite: "training", unit: "ns", ours: null, best: null, bestPeer: null, ratio: null };
  const rest = { ratioOfMedians: null, ceilingShare: null, bar: { atMost: 1500 }, barMet: null };
  expect(summaryTable([row, { ...alone, ...rest }])).toBe(
    `                  ours   best peer            ahead   by medians   of the ceiling           bar
matmul 512     4.80 ms     7.90 ms   quick   1.65 ×       1.60 ×             95 %     ≥ 1.3 × ✓
training 512         –           –                                                  ≤ 1500 ns ?`,
  );
});
