import type { Row } from "./row.ts";

/** A row with something in every place, for the tests of what shows rows. */
export const exampleRow: Row = {
  suite: "matmul",
  case: "512",
  where: "node",
  metric: "time",
  unit: "ms",
  ours: 4.8,
  best: 7.9,
  bestPeer: "quick",
  ratio: 7.9 / 4.8,
  ratioAtLeast: null,
  native: null,
  oursMedian: 5,
  bestMedian: 8,
  ratioOfMedians: 1.6,
  oursSpread: 0.02,
  oursGflops: 55.9,
  ceilingShare: 0.95,
  memory: { pattern: "read", bytes: 1e6, gbps: 20, share: 0.62 },
  floor: { name: "nothing", best: 1.2, median: 1.3, spread: 0.01 },
  bars: [
    { bar: { ratio: 1.3 }, reached: 7.9 / 4.8, met: true },
    { bar: { share: 0.97, of: "arithmetic" }, reached: 0.95, met: false },
  ],
  libraries: [
    { name: "unfold", version: "0", threads: 2, best: 4.8, median: 5, spread: 0.02, samples: 9, gflops: 55.9 },
    { name: "quick", version: "1", threads: 1, best: 7.9, median: 8, spread: 0.1, samples: 9, gflops: 34 },
  ],
  leftOut: [{ name: "broken", reason: "product is off" }],
};
