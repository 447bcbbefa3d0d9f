import { expect, test } from "vitest";
import { estimate, plusMinus } from "./estimate.ts";

test("half an interval as scipy.stats.t has it", () => {
  // scipy.stats.t.ppf(0.975, 2) * numpy.std([0.5, 0.6, 0.7], ddof=1) / sqrt(3)
  expect(estimate([0.5, 0.6, 0.7])).toEqual({ mean: expect.closeTo(0.6, 12), interval: expect.closeTo(0.2484, 4) });
  expect(estimate([0.5]).interval).toBe(Infinity);
});

test.each<[number[], number, string]>([
  [[0.5, 0.6, 0.7], 1, "60.0 ± 24.8"],
  [[0.5, 0.6, 0.7], 0, "60 ± 25"],
  [[0.26, 0.48], 1, "37.0 ± > 50"],
  [[0.26], 1, "26.0 ± > 50"],
])("%j is written as %s digits: %s", (values, digits, text) => {
  expect(plusMinus(estimate(values), digits)).toBe(text);
});
