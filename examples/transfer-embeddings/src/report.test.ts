import { describe, expect, test } from "vitest";
import { linesOf, paysFrom, type Point, rowsOf, sayingOf, tableOf } from "./report.ts";
import { resultsOf } from "./results.ts";
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
    expect(sayingOf(rows)).toMatch(/fine-tuned with 100 labels[^]*From none of these/);
  });
});

test("the table and the lines have a place for each way", () => {
  const rows = rowsOf(pointsOf({ 100: { random, frozen, "fine-tuned": frozen.map((each) => each - 0.02) } }));
  expect(tableOf(rows).split("\n")[2]).toBe("| 100 | 230 | 60.0 ± 0.0 | 72.0 ± 5.0 | 70.0 ± 5.0 | −2.0 ± 0.0 |");
  expect(linesOf(rows).map(({ name, points }) => [name, points.size])).toEqual(WAYS.map((way) => [way, 1]));
});

test("the best way is told for each number of labels", () => {
  const low = frozen.map((each) => each - 0.01);
  const rows = rowsOf(
    pointsOf({
      100: { random, frozen, "fine-tuned": low },
      300: { random, frozen, "fine-tuned": low },
      10_000: { random, frozen: low, "fine-tuned": frozen },
    }),
  );
  expect(sayingOf(rows)).toMatch(
    /^Best in the mean: frozen with 100, 300 labels; fine-tuned with 10,000 labels\.\n\nFine-tuning pays from 10,000 labels/,
  );
});

test("the README's words are of the run, and rates are told of whole runs alone", () => {
  const told = {
    reviews: 1234,
    corpusWords: 3_000_000,
    words: 4567,
    epochs: 2,
    losses: [2.5, 2.25],
    wordsPerSecond: 1,
    processorSeconds: 30,
    neighbours: { good: ["great"], terrible: ["bad", "sad"] },
  };
  const text = resultsOf({ test: 5000, seeds: 3, vectorsTold: told }, "| a |\n");
  expect(text).toMatch(
    /^3,000,000 words of 1,234 reviews, 4,567 different ones, 2 times over: 30 s[^.]* 200 thousand words/,
  );
  expect(text).toMatch(/from 2\.500 to 2\.250\. Nearest to "terrible" are bad, sad; to "good" great/);
  expect(text).toMatch(/accuracy\.svg[^]*5,000 reviews[^]*3 repetitions:\n\n\| a \|$/);
  const { wordsPerSecond: _, ...resumed } = told;
  expect(resultsOf({ test: 1, seeds: 3, vectorsTold: resumed }, "")).toMatch(/2 times over\. The mean loss/);
});
