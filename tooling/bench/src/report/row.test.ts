import { expect, test } from "vitest";
import { defineCase } from "../case.ts";
import type { Measurement } from "../measure/measure-case.ts";
import type { Peer } from "../work.ts";
import { toRow } from "./row.ts";

const peer = (name: string): Peer => ({ name, version: "1.0.0", load: async () => ({}) });
const times = (best: number, median: number): Measurement["standings"][number]["times"] => ({
  best,
  median,
  spread: 0.1,
  samples: 9,
});
const product = defineCase({
  name: "512",
  work: "add",
  problem: () => ({ left: new Float32Array(1), right: new Float32Array(1), memory: "scope" }),
  expected: () => ({ sum: [0] }),
  tolerance: 0,
  unit: "ms",
  flops: 100e6,
  bar: { ratio: 1.5 },
});

test("a ratio above 1 means that we are ahead of the fastest peer", () => {
  const row = toRow(
    "matmul",
    {
      case: product,
      standings: [
        { peer: peer("ours"), times: times(2, 4) },
        { peer: peer("quick"), times: times(3, 7) },
        { peer: peer("steady"), times: times(5, 6) },
      ],
      leftOut: [{ peer: peer("broken"), reason: "off" }],
      ceiling: undefined,
    },
    "ours",
    62.5,
  );
  expect(row).toMatchObject({
    suite: "matmul",
    case: "512",
    unit: "ms",
    ours: 2,
    best: 3,
    bestPeer: "quick",
    ratio: 1.5,
  });
  expect(row).toMatchObject({ oursMedian: 4, bestMedian: 6, ratioOfMedians: 1.5, ceilingShare: 0.8, barMet: true });
  expect(row.libraries.map(({ gflops }) => gflops)).toEqual([50, expect.closeTo(100 / 3), 20]);
  expect(row.leftOut).toEqual([{ name: "broken", reason: "off" }]);
});

test("without a peer or without us there is no ratio", () => {
  const alone = {
    case: product,
    standings: [{ peer: peer("ours"), times: times(2, 4) }],
    leftOut: [],
    ceiling: undefined,
  };
  expect(toRow("matmul", alone, "ours", undefined)).toMatchObject({
    ours: 2,
    best: null,
    bestPeer: null,
    ratio: null,
    barMet: null,
  });
  expect(toRow("matmul", alone, "theirs", undefined)).toMatchObject({
    ours: null,
    best: 2,
    ratio: null,
    ceilingShare: null,
  });
});
