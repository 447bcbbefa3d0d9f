import { expect, test } from "vitest";
import type { Method, Point } from "./points.ts";
import { seriesOf, tableOf, verdictOf } from "./report.ts";

const points = (method: Method, amount: number, ...accuracies: readonly number[]): Point[] =>
  accuracies.map((accuracy, at) => ({ seed: at + 1, amount, method, accuracy, seconds: 1 }));
const own = [
  ...points("head", 1, 0.4, 0.5),
  ...points("head", 8, 0.5, 0.6),
  ...points("tuned", 1, 0.4, 0.5),
  ...points("tuned", 8, 0.55, 0.66),
];

test("gains are told with their interval and each by itself, and where there is none", () => {
  const verdict = verdictOf(own, [], [1, 8]);
  expect(verdict).toBe(
    "Tuning brings, in points over the head alone in the same repetitions: +5.5 ± 6.4 at 8 (5.0, 6.0); none at 1.",
  );
});

test("what only one of both has measured is not compared, and of one repetition there is no interval", () => {
  const python = [...points("head", 1, 0.4, 0.5), ...points("tuned", 8, 0.57)];
  expect(verdictOf(own, python, [1, 8])).toMatch(/head only none at 1; tuned −2\.0 at 8 \(−2\.0\)\.$/);
  expect(verdictOf([], [], [1, 8])).toMatch(/nothing measured yet/);
  const table = tableOf(seriesOf(own, python), [1, 8], 2).split("\n");
  expect(table[2]).toMatch(/^\| 1 +\| 45\.0 ± [^|]+\| – +\| 45\.0 ± [^|]+\| 45\.0 ± [^|]+\| – +\|$/);
  expect(table[3]).toMatch(/57\.0 \(1 of 2\) +\|$/);
});
