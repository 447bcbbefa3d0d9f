import { expect, test } from "vitest";
import { summarise } from "./statistics.ts";

test("best, median and half the distance between the quartiles", () => {
  expect(summarise([5, 1, 4, 2, 3])).toEqual({ best: 1, quarter: 2, median: 3, spread: 1 / 3, samples: 5 });
  expect(summarise([1, 2])).toEqual({ best: 1, quarter: 1.25, median: 1.5, spread: 0.25 / 1.5, samples: 2 });
});

test("no samples, no statistics", () => {
  expect(() => summarise([])).toThrow(RangeError);
});
