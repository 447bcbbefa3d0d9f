import { expect, test } from "vitest";
import { checkThreads, disagreements, readResults } from "./results.ts";

test("results are read out of what else is printed", () => {
  const output = "server ready\npage: trained relaxed fused 0938d2b3\nworker: trained simd unfused 5268c326\n";
  expect(readResults(output, 2)).toEqual([
    { variant: "relaxed", rounding: "fused", hash: "0938d2b3" },
    { variant: "simd", rounding: "unfused", hash: "5268c326" },
  ]);
});

test("a result that is missing is an error that shows what was printed", () => {
  expect(() => readResults("page: trained relaxed fused 0938d2b3\nno worker\n", 2)).toThrow("no worker");
});

test("the numbers of threads must be those expected, in their order", () => {
  const output = "page: shared by 1 threads threads: the page is not isolated\nworker: shared by 2 threads\n";
  expect(() => checkThreads(output, [1, 2])).not.toThrow();
  expect(() => checkThreads(output, [2, 2])).toThrow("the page is not isolated");
  expect(() => checkThreads("", [2])).toThrow("expected work shared by 2 threads");
});

test("who rounds alike must agree, whichever build it ran", () => {
  const simd = { variant: "simd", rounding: "unfused", hash: "5268c326" };
  const relaxed = { variant: "relaxed", rounding: "fused", hash: "0938d2b3" };
  expect(disagreements([simd, relaxed, { ...simd, variant: "relaxed" }])).toEqual([]);
  expect(disagreements([simd, relaxed, { ...simd, hash: "0938d2b3" }])).toEqual([
    "unfused sums gave different weights: 5268c326, 0938d2b3",
  ]);
});
