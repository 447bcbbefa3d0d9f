import { expect, test } from "vitest";
import { type PlanOptions, planCount } from "./plan.ts";

const measured = {
  words: 1e6,
  length: 1e6,
  partRows: { words: 1e4, pairs: 2e6 },
  seconds: { words: 1, pairs: 2, merge: 4 },
};

test("one machine of one core, as measured, takes what was measured", () => {
  const plan = planCount({ words: 1e6, measured, nodes: 1, cores: 1, price: 3600, writing: 1e6 });
  expect(plan.hours.total * 3600).toBeCloseTo(7 + 1, 10);
  expect(plan.cost).toBeCloseTo(8, 10);
  expect(plan.pairs).toEqual({ whole: 1e6, node: 1e6 });
  expect(plan.bytes).toMatchObject({ loaded: 6e6, exchanged: 0, disk: 6e6 + 2e6 * 16 });
});

test("work on pairs is shared, reading is not, and what crosses the network grows with machines", () => {
  const [few, many] = [2, 20].map((nodes) => planCount({ words: 1e11, measured, nodes }));
  expect((few?.hours.pairs ?? 0) / (many?.hours.pairs ?? 1)).toBeCloseTo(10, 10);
  expect(few?.hours.words).toBe(many?.hours.words);
  expect(few?.pairs.whole).toBeCloseTo(1e6 * 1e5 ** 0.8, -3);
  expect((many?.bytes.exchanged ?? 0) / (few?.bytes.exchanged ?? 1)).toBeGreaterThan(2);
  expect(few?.limits[0]?.what).toMatch(/one process that reads/);
});

test("the fullest limit stands first, and what is scarce becomes it", () => {
  const first = (options: Partial<PlanOptions>): string =>
    planCount({ words: 1e9, measured, ...options }).limits[0]?.what ?? "";
  expect(first({ disk: 1e9 })).toMatch(/disk/);
  expect(first({ memory: 1e8 })).toMatch(/memory/);
});

test.each<[object, RegExp]>([
  [{ word: 1 }, /did you mean words/],
  [{ words: 0 }, /above 0/],
  [{ nodes: -1 }, /nodes must be above 0/],
  [{ measured: { ...measured, seconds: { words: 1 } } }, /measured\.seconds\.pairs/],
])("wrong options %#", (options, message) => {
  expect(() => planCount({ words: 1, measured, ...options })).toThrow(message);
});
