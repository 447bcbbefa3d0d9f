import { describe, expect, test } from "vitest";
import { tableOf } from "./report.ts";
import { estimate } from "@unfoldjs/example-kit";
import { type Point, summarise } from "./summary.ts";

/** Accuracies of each repetition by amount and method. */
function pointsOf(rows: Readonly<Record<number, Readonly<Record<string, readonly number[]>>>>): Point[] {
  return Object.entries(rows).flatMap(([amount, methods]) =>
    Object.entries(methods).flatMap(([method, accuracies]) =>
      accuracies.map((accuracy, seed) => ({
        seed,
        amount: Number(amount),
        method: method === "scratch" ? method : Number(method),
        accuracy,
        seconds: 1,
      })),
    ),
  );
}

describe("an estimate", () => {
  test("has Student's interval", () => {
    // scipy.stats.t.interval(0.95, 2, 2, scipy.stats.sem([1, 2, 3])) is (-0.48414, 4.48414)
    const { mean, interval } = estimate([1, 2, 3]);
    expect([mean, Number(interval.toFixed(4))]).toEqual([2, 2.4843]);
    expect(estimate([1]).interval).toBe(Infinity);
  });
});

describe("the rule", () => {
  const flat = { scratch: [0.3, 0.31, 0.29] };

  test("holds where the best depth grows", () => {
    const { amounts, rule } = summarise(
      pointsOf({
        5: { ...flat, 1: [0.8, 0.81, 0.79], 2: [0.7, 0.71, 0.69] },
        50: { ...flat, 1: [0.8, 0.81, 0.79], 2: [0.9, 0.91, 0.89] },
      }),
    );
    expect(rule).toBe("held");
    expect(amounts.map(({ amount, best, asGood }) => [amount, best, asGood])).toEqual([
      [5, 1, [1]],
      [50, 2, [2]],
    ]);
    expect(amounts[1]?.gain.mean).toBeCloseTo(0.6);
  });

  test("is undecided where only depths that are not shown to be worse grow", () => {
    const points = pointsOf({
      5: { ...flat, 1: [0.7, 0.82, 0.78], 2: [0.8, 0.7, 0.83] },
      50: { ...flat, 1: [0.8, 0.81, 0.79], 2: [0.9, 0.91, 0.89] },
    });
    expect(summarise(points).amounts[0]).toMatchObject({ best: 2, asGood: [1, 2] });
    expect(summarise(points).rule).toBe("undecided");
  });

  test("does not hold where the best depth shrinks, or is always the same", () => {
    const worse = { 1: [0.8, 0.81, 0.79], 2: [0.7, 0.71, 0.69] };
    const better = { 1: [0.7, 0.71, 0.69], 2: [0.8, 0.81, 0.79] };
    expect(summarise(pointsOf({ 5: { ...flat, ...better }, 50: { ...flat, ...worse } })).rule).toBe("did not hold");
    expect(summarise(pointsOf({ 5: { ...flat, ...better }, 50: { ...flat, ...better } })).rule).toBe("did not hold");
  });

  test("is shown with the best in bold", () => {
    const summary = summarise(pointsOf({ 5: { ...flat, 1: [0.8, 0.81, 0.79], 2: [0.7, 0.71, 0.69] } }));
    expect(tableOf(summary, ["scratch", 1, 2], 2)).toContain(
      "| **80.0 ± 2.5** | 70.0 ± 2.5 | 1    | –       | +50.0 ± 0.0",
    );
  });
});
