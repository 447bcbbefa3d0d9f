import { describe, expect, test } from "vitest";
import { linesOf, paysFrom, type Point, rowsOf, sayingOf, tableOf } from "./report.ts";
import { type Way, WAYS } from "./task.ts";

/** Accuracies of each way over three repetitions, by labels. */
function pointsOf(rows: Readonly<Record<number, Readonly<Record<Way, readonly number[]>>>>): Point[] {
  return Object.entries(rows).flatMap(([amount, ways]) =>
    WAYS.flatMap((way) =>
      ways[way].map((accuracy, seed) => ({
        seed,
        amount: Number(amount),
        way,
        accuracy,
        words: 230,
        passes: 1,
        seconds: 1,
      })),
    ),
  );
}

const random = [0.6, 0.6, 0.6];
const frozen = [0.7, 0.72, 0.74];

describe("fine-tuning pays", () => {
  test("from the first number of labels from which on it always gains more than its interval", () => {
    const same = { random, frozen, "fine-tuned": frozen.map((each) => each - 0.01) };
    const gains = { random, frozen, "fine-tuned": frozen.map((each) => each + 0.05) };
    expect(paysFrom(rowsOf(pointsOf({ 100: same, 300: gains, 1000: gains })))).toBe(300);
    expect(paysFrom(rowsOf(pointsOf({ 100: gains, 300: same, 1000: gains })))).toBe(1000);
  });

  test("nowhere if the last is not shown to gain: a mean above 0 is not enough", () => {
    const wide = { random, frozen, "fine-tuned": [0.69, 0.72, 0.85] };
    const rows = rowsOf(pointsOf({ 100: wide }));
    expect(rows[0]?.gain.mean).toBeGreaterThan(0);
    expect(paysFrom(rows)).toBeUndefined();
    expect(sayingOf(rows)).toMatch(/From none of these/);
  });
});

test("the table and the lines have a place for each way", () => {
  const rows = rowsOf(pointsOf({ 100: { random, frozen, "fine-tuned": frozen.map((each) => each - 0.02) } }));
  expect(tableOf(rows).split("\n")[2]).toBe("| 100 | 230 | 60.0 ± 0.0 | 72.0 ± 5.0 | 70.0 ± 5.0 | −2.0 ± 0.0 |");
  expect(linesOf(rows).map(({ name, points }) => [name, points.size])).toEqual(WAYS.map((way) => [way, 1]));
});
