import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ValueError } from "../errors/decoding-error.ts";
import type { Model } from "../model/model.ts";
import { suppressTokens } from "../processors/bans.ts";
import { beamSearch, type BeamOptions } from "../search/beam.ts";
import { diverseBeamSearch } from "../search/diverse-beam.ts";
import { randomModel } from "../testing/random-model.ts";
import { offerSelected, type SelectTopK } from "./select-top-k.ts";
import { TopK } from "./top-k.ts";

/** By a stable sort, NaN first. */
const bySorting: SelectTopK = (values, k) => {
  const key = (place: number): number => (Number.isNaN(values[place]) ? Infinity : (values[place] as number));
  return Int32Array.from(Array.from(values.keys()).toSorted((a, b) => key(b) - key(a) || a - b)).slice(0, k);
};

const kept = (top: TopK): readonly (readonly number[])[] => {
  top.sort();
  return Array.from({ length: top.size }, (_, at) => [top.score(at), top.row(at), top.token(at)]);
};

describe("what is kept of the rows is what is kept of all their values", () => {
  const value = fc.oneof(
    fc.integer({ min: -3, max: 0 }),
    fc.constant(-Infinity),
    fc.float({ noNaN: true, max: 0, noDefaultInfinity: true }),
    // So near 0 that a sum with a large base is rounded to the base.
    fc.integer({ min: -4, max: 0 }).map((step) => step * 2 ** -149),
  );
  test("with ties, −∞, and sums in which differences are lost", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { maxLength: 30 }), { maxLength: 4 }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(0, 1 / 8, 1e9),
        (rows, k, spread) => {
          const [all, selected] = [new TopK(k), new TopK(k)];
          for (const [row, values] of rows.entries()) {
            const typed = Float32Array.from(values);
            expect(all.offerRow(row, -row * spread, typed)).toBe(-1);
            expect(offerSelected("test", bySorting, selected, row, -row * spread, typed)).toBe(-1);
          }
          expect(kept(selected)).toEqual(kept(all));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test("a NaN is found, as it is without", () => {
  const values = Float32Array.of(-1, -2, -3, Number.NaN, -5);
  expect(offerSelected("test", bySorting, new TopK(2), 0, 0, values)).toBe(3);
  expect(offerSelected("test", bySorting, new TopK(2), 0, 0, Float32Array.of(-1, Infinity, -3))).toBe(1);
});

test.each<readonly [string, () => unknown]>([
  ["a promise", () => Promise.reject(new Error("lost"))],
  ["an array", () => [0, 1]],
  ["too few", () => Int32Array.of(1)],
  ["places beyond the end", () => Int32Array.of(1, 5)],
  ["places before the start", () => Int32Array.of(1, -1)],
  ["the smaller first", () => Int32Array.of(2, 1)],
  ["one twice", () => Int32Array.of(1, 1)],
  ["of equal ones the later first", () => Int32Array.of(3, 1)],
])("%s is refused", (_, give) => {
  const values = Float32Array.of(-4, -1, -2, -1, -3);
  expect(() => offerSelected("test", () => give() as Int32Array, new TopK(2), 0, 0, values)).toThrow(ValueError);
});

describe("a search finds the same with it", () => {
  const rounded = (model: Model<readonly number[]>, digits: number): Model<readonly number[]> => ({
    ...model,
    values: "logits", // rounded ones, of which many are equal
    step: async (tokens, state, context) => {
      const output = await model.step(tokens, state, context);
      return { ...output, logProbabilities: output.logProbabilities.map((each) => Math.round(each * digits) / digits) };
    },
  });
  test.each([
    ["plain", {}],
    ["with processors and several results", { processors: [suppressTokens([4, 5])], minLength: 2, nBest: 3 }],
    ["with a trace and without refilling", { trace: true, refill: false }],
    ["as wide as the vocabulary", { width: 40 }],
  ])("%s", async (_, more: Partial<BeamOptions<never>>) => {
    for (let seed = 0; seed < 20; seed++) {
      const model = rounded(randomModel(seed, 40, 3), 1 + (seed % 3));
      const options = { model, prompts: [[1], [2], [3]], stopTokens: [0, 9], maxLength: 6, width: 4, ...more } as never;
      expect(await beamSearch({ ...(options as BeamOptions), selectTopK: bySorting })).toEqual(
        await beamSearch(options),
      );
    }
  });

  test("in groups that avoid each other's tokens", async () => {
    const model = rounded(randomModel(3, 40, 2), 2);
    const options = { model, prompts: [[1], [2]], stopTokens: 0, maxLength: 6, width: 6, nBest: 6, groups: 3 };
    expect(await diverseBeamSearch({ ...options, selectTopK: bySorting })).toEqual(await diverseBeamSearch(options));
  });
});
