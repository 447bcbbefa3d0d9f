import { describe, expect, test } from "vitest";
import {
  bestScore,
  coveragePenalty,
  gnmtRule,
  type LengthRule,
  meanRule,
  powerRule,
  sumRule,
  wordRewardRule,
} from "./length-rule.ts";

describe("length rules give the numbers of their formulas", () => {
  // Worked out by hand from the papers' formulas; lengths where a power is a whole number.
  test.each<readonly [LengthRule, number, number, number]>([
    [sumRule(), -3, 7, -3],
    [powerRule(0), -3, 7, -3],
    [powerRule(0.5), -6, 9, -2],
    [powerRule(2), -8, 4, -0.5],
    [powerRule(0.7), -3, 0, -3], // an output of a stop token that does not count
    [meanRule(), -6, 4, -1.5],
    [gnmtRule(0), -3, 7, -3],
    [gnmtRule(1), -6, 7, -3], // (5 + 7) / 6 = 2
    [gnmtRule(2), -8, 7, -2],
    [gnmtRule(0.5), -6, 19, -3], // √4
    [wordRewardRule(0.5), -6, 4, -4],
    [wordRewardRule(-1), -2, 3, -5],
  ])("%o of %d and length %d: %d", (rule, logProbability, length, score) => {
    expect(rule.score(logProbability, length)).toBeCloseTo(score, 12);
  });

  test("the end counts unless it is said not to", () => {
    for (const make of [meanRule, (o?: object) => powerRule(1, o), (o?: object) => gnmtRule(1, o)]) {
      expect([make().countsEnd, make({ countEnd: false }).countsEnd]).toEqual([true, false]);
    }
    expect(wordRewardRule(1, { countEnd: false }).countsEnd).toBe(false);
  });
});

describe("the best score that may still come", () => {
  test.each([powerRule(0.7), powerRule(-0.3), gnmtRule(1), wordRewardRule(0.4), wordRewardRule(-0.4)])(
    "of $name is the best over all lengths, as of a rule that says nothing of itself",
    (rule) => {
      const { isMonotone: _, ...silent } = rule;
      const all = Array.from({ length: 8 }, (__, i) => rule.score(-5, 3 + i));
      expect(bestScore(rule, -5, 3, 10)).toBe(Math.max(...all));
      expect(bestScore(silent, -5, 3, 10)).toBe(Math.max(...all));
    },
  );

  test("is unknown of a rule that says nothing of itself over very many lengths", () => {
    const { isMonotone: _, ...silent } = meanRule();
    expect(bestScore(silent, -5, 1, 20_000)).toBe(Infinity);
  });
});

test("coverage falls short by the log of what was not attended to, and never gains", () => {
  expect(coveragePenalty([1, 2, 0.5, 0.25], 0.4)).toBeCloseTo(-0.4 * Math.log(8), 12);
  expect(coveragePenalty([1, 1.5], 0.4)).toBe(0);
});
