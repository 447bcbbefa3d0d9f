import { planCount } from "@unfoldjs/embeddings/corpus";
import { expect, test } from "vitest";
import { large, planLine, size, time } from "./report.ts";

test("numbers have units and few digits", () => {
  expect([large(999), large(12_345), large(1.25e6), large(1e11)]).toEqual([
    "999",
    "12,345",
    "1.25 million",
    "100 billion",
  ]);
  expect([size(0), size(568_123), size(3.44e11)]).toEqual(["0.00 B", "568 kB", "344 GB"]);
  expect([time(12), time(200), time(15_000), time(4_255_200)]).toEqual(["12 s", "3 min", "4.2 h", "1,182 h"]);
});

test.each([
  [
    1e8,
    false,
    /by the rates of this run[^]*\nWhat comes nearest to breaking: [^,]+, \d+ % of its limit\. What helps: ./,
  ],
  [1e13, true, /so short a run[^]*\nWhat breaks first: [^,]+, [\d,]+ times its limit\. What helps: ./],
])("a plan for %d words says what it takes and what breaks first", (words, isShort, message) => {
  const measured = {
    words: 1e6,
    length: 1e6,
    partRows: { words: 1e5, pairs: 2e6 },
    seconds: { words: 1, pairs: 1, merge: 1 },
  };
  expect(planLine(words, planCount({ words, measured }), isShort)).toMatch(message);
});
