import { expect, test } from "vitest";
import { defineCase } from "../case.ts";
import type { Standing } from "../measure/measure-case.ts";
import { type Measured, toFigures, toRows } from "./row.ts";

const standing = (name: string, best: number, median: number): Standing => ({
  library: { name, version: "1.0.0", threads: 1 },
  times: { best, quarter: best, median, spread: 0.1, samples: 9 },
});
const product = defineCase({
  name: "512",
  work: "add",
  problem: () => ({ left: new Float32Array(1), right: new Float32Array(1), memory: "scope" }),
  expected: () => ({ sum: [0] }),
  tolerance: 0,
  unit: "ms",
  flops: 100e6,
  traffic: { pattern: "copy", bytes: 8e6 },
  bars: [{ ratio: 1.5 }, { share: 0.9, ofCase: { suite: "matmul", case: "512" } }],
});
const measured: Measured = {
  suite: "matmul",
  case: product,
  where: "node",
  measurement: {
    standings: [standing("ours", 2, 4), standing("quick", 3, 7), standing("steady", 5, 6)],
    leftOut: [{ name: "broken", reason: "off" }],
    arithmeticGflops: 60,
    memoryGbps: 5,
  },
};

test("a ratio above 1 means that we are ahead of the fastest peer", () => {
  const figures = toFigures(measured, "ours", 62.5);
  expect(figures).toMatchObject({ suite: "matmul", case: "512", where: "node", unit: "ms", ours: 2, best: 3 });
  expect(figures).toMatchObject({ bestPeer: "quick", ratio: 1.5, oursMedian: 4, bestMedian: 6, ratioOfMedians: 1.5 });
  expect(figures.libraries.map(({ gflops }) => gflops)).toEqual([50, expect.closeTo(100 / 3), 20]);
  expect(figures.leftOut).toEqual([{ name: "broken", reason: "off" }]);
});

test("native code is no peer: it has a place of its own, the fastest of it", () => {
  const native = (name: string, best: number): Standing => {
    const { library, times } = standing(name, best, best + 1);
    return { library: { ...library, isNative: true }, times };
  };
  const standings = [...measured.measurement.standings, native("eager", 1.2), native("fused", 1)];
  const figures = toFigures({ ...measured, measurement: { ...measured.measurement, standings } }, "ours", undefined);
  expect(figures).toMatchObject({ bestPeer: "quick", ratio: 1.5, libraries: { length: 5 } });
  expect(figures.native).toEqual({ name: "fused", best: 1, median: 2, ratio: 0.5, ratioOfMedians: 0.5 });
});

test("shares of the machine's loops: of the whole run's best for arithmetic, of the same rounds' for memory", () => {
  const { oursGflops, ceilingShare, memory } = toFigures(measured, "ours", 62.5);
  expect([oursGflops, ceilingShare]).toEqual([50, 0.8]);
  // 8 MB in 2 ms are 4 GB/s.
  expect(memory).toEqual({ pattern: "copy", bytes: 8e6, gbps: 5, share: 0.8 });
});

test("without a peer or without us there is no ratio", () => {
  const alone = { ...measured, measurement: { standings: [standing("ours", 2, 4)], leftOut: [] } };
  expect(toFigures(alone, "ours", undefined)).toMatchObject({ ours: 2, best: null, bestPeer: null, ratio: null });
  expect(toFigures(alone, "theirs", undefined)).toMatchObject({ ours: null, best: 2, ratio: null, ceilingShare: null });
});

test("of peers that were ended it is known how far ahead we are at least", () => {
  const leftOut = [
    { name: "endless", reason: "not finished after 3 s", endedAfter: 3000 },
    { name: "broken", reason: "no heap" },
  ];
  const alone = { ...measured, measurement: { standings: [standing("ours", 2, 4)], leftOut } };
  expect(toFigures(alone, "ours", undefined)).toMatchObject({ ratio: null, ratioAtLeast: 1500 });
  const beside = { ...measured, measurement: { ...measured.measurement, leftOut } };
  expect(toFigures(beside, "ours", undefined)).toMatchObject({ ratio: 1.5, ratioAtLeast: null });
});

test("bars are judged by the rows of the whole run", () => {
  const slower = {
    ...measured,
    case: { ...product, name: "511" },
    measurement: { standings: [standing("ours", 4, 4)], leftOut: [] },
  };
  const [first, second] = toRows([slower, measured], "ours", {});
  expect(first?.bars.map(({ reached, met }) => [reached, met])).toEqual([
    [null, null],
    [0.5, false],
  ]);
  expect(second?.bars.map(({ reached, met }) => [reached, met])).toEqual([
    [1.5, true],
    [1, true],
  ]);
});
