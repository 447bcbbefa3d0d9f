import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { badWords, compose, forceTokens, noRepeatNgram, suppressTokens } from "./bans.ts";
import { epsilon, eta, minP, temperature, topK, topP, typical } from "./filters.ts";
import { frequencyPenalty, presencePenalty, repetitionPenalty } from "./penalties.ts";
import { orderOf, type Processor } from "./processor.ts";

/** Written by tooling/oracle/decoding/transformers_fixtures.py. */
interface Fixture {
  readonly rows: readonly (readonly number[])[];
  readonly history: readonly number[];
  readonly filters: readonly {
    filter: string;
    row: number;
    kept: readonly number[];
    k?: number;
    p?: number;
    mass?: number;
    epsilon?: number;
  }[];
  readonly repetition: readonly { penalty: number; row: number; values: readonly number[] }[];
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL("../fixtures/transformers-filters.json", import.meta.url), "utf8"),
);

function run(
  processor: Processor,
  values: readonly number[],
  tokens: readonly number[] = [],
  prompt: readonly number[] = [],
): number[] {
  const row = Float32Array.from(values);
  processor(row, {
    prompt: Int32Array.from(prompt),
    tokens: Int32Array.from(tokens),
    sentence: 0,
    maxLength: 10,
    stopTokens: new Set(),
  });
  return Array.from(row);
}

const kept = (values: readonly number[]): number[] =>
  values.flatMap((value, token) => (value === -Infinity ? [] : [token]));

const make: Readonly<Record<string, (setting: number) => Processor>> = { topK, topP, minP, typical, epsilon, eta };

describe("a filter keeps what that of transformers keeps", () => {
  test.each(fixture.filters)(
    "$filter $k $p $mass $epsilon of row $row",
    ({ filter, row, kept: expected, k, p, mass, epsilon: e }) => {
      const processor = make[filter]?.(k ?? p ?? mass ?? e ?? NaN);
      expect(kept(run(processor as Processor, fixture.rows[row] as number[]))).toEqual(expected);
    },
  );

  test.each(fixture.repetition)("repetition penalty $penalty", ({ penalty, row, values }) => {
    for (const [at, value] of run(
      repetitionPenalty(penalty),
      fixture.rows[row] as number[],
      fixture.history,
    ).entries()) {
      expect(value).toBeCloseTo(values[at] as number, 4);
    }
  });
});

describe("a filter", () => {
  const flat = new Array<number>(10).fill(Math.log(0.1));

  test("keeps one token at least, whatever is asked of it", () => {
    for (const each of [topP(0), minP(1), epsilon(1), eta(1), typical(1e-9), topK(1)]) {
      expect([each.name, kept(run(each, [-3, -1, -2])).length]).toEqual([each.name, 1]);
    }
  });

  test("top-p takes no more of equal tokens than it needs, where they are many too", () => {
    expect(kept(run(topP(0.45), flat))).toEqual([0, 1, 2, 3, 4]);
    const many = new Array<number>(5000).fill(-Math.log(5000));
    expect(kept(run(topP(0.5), many)).length).toBeCloseTo(2500, -1);
  });

  test("works on what the ones before it left", () => {
    // Of 0.5, 0.3, 0.2 the first two are left, as 0.625 and 0.375: top-p 0.6 needs one of these.
    const values = [0.5, 0.3, 0.2].map(Math.log);
    expect(kept(run(compose(topK(2), topP(0.6)), values))).toEqual([0]);
    expect(kept(run(topP(0.6), values))).toEqual([0, 1]);
  });
});

describe("a penalty", () => {
  test("is once for presence and each time for frequency, of what was generated", () => {
    expect(run(presencePenalty(2), [-1, -1, -1], [1, 1], [2])).toEqual([-1, -3, -1]);
    expect(run(frequencyPenalty(2), [-1, -1, -1], [1, 1], [2])).toEqual([-1, -5, -1]);
  });
});

describe("what is forbidden", () => {
  test("is what would repeat a run of tokens, the prompt's too", () => {
    expect(kept(run(noRepeatNgram(2), [0, 0, 0, 0], [3, 1], [1, 2, 1, 0]))).toEqual([1, 3]);
    expect(kept(run(noRepeatNgram(1), [0, 0, 0, 0], [3], [1]))).toEqual([0, 2]);
  });

  test("is the last token of a bad word whose others came, and single ones always", () => {
    expect(kept(run(badWords([[1, 2], [3], [2, 0]]), [0, 0, 0, 0], [1]))).toEqual([0, 1]);
    expect(kept(run(badWords([[1, 2]]), [0, 0, 0, 0], [2, 0]))).toEqual([0, 1, 2, 3]);
    expect(kept(run(suppressTokens([0]), [0, 0]))).toEqual([1]);
  });

  test("is all but the forced token in its place", () => {
    expect(run(forceTokens({ 1: 2 }), [-1, -2, -3], [5])).toEqual([-Infinity, -Infinity, -3]);
    expect(run(forceTokens({ 1: 2 }), [-1, -2, -3], [])).toEqual([-1, -2, -3]);
  });
});

test("processors say their settings, in the order in which they run", () => {
  const own: Processor = function own() {};
  expect(orderOf([compose(temperature(0.7), topK(5)), own, compose(compose(minP(0.1)), own)])).toEqual([
    "temperature 0.7",
    "top-k 5",
    "own",
    "min-p 0.1",
    "own",
  ]);
});

test("top-p keeps what a sort of all tokens keeps, with ties, and of a flat row too", () => {
  const context = {
    prompt: new Int32Array(),
    tokens: new Int32Array(),
    sentence: 0,
    maxLength: 1,
    stopTokens: new Set<number>(),
  };
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ min: -60, max: 5, noNaN: true }), fc.constant(-Infinity)),
        {
          minLength: 1,
          maxLength: 60,
        },
      ),
      fc.constantFrom(0, 0.1, 0.5, 0.9, 0.999),
      (numbers, p) => {
        fc.pre(numbers.some((value) => value > -Infinity));
        const values = Float32Array.from(numbers);
        const largest = Math.max(...values);
        const weights = Array.from(values, (value) => Math.exp(value - largest));
        const needed = p * weights.reduce((sum, each) => sum + each, 0);
        const order = weights
          .map((_, token) => token)
          .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
        const expected = new Set<number>();
        let mass = 0;
        for (const token of order) {
          fc.pre(Math.abs(mass - needed) > 1e-9 || mass === needed); // a border that rounding decides
          if (expected.size > 0 && mass >= needed) break;
          expected.add(token);
          mass += weights[token] as number;
        }
        topP(p)(values, context);
        expect(new Set(Array.from(values.keys()).filter((token) => values[token] !== -Infinity))).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test("top-k keeps the k likeliest and what is as likely as the last of them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: -4, max: 0 }), fc.constant(-Infinity)), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (values, k) => {
        const finite = values.filter((value) => value > -Infinity).toSorted((a, b) => b - a);
        const least = finite[Math.min(k, finite.length) - 1] ?? -Infinity;
        expect(run(topK(k), values)).toEqual(values.map((value) => (value < least ? -Infinity : value)));
      },
    ),
    { numRuns: 500 },
  );
});

test.each([0, -1])("top-k keeps all that are as likely as the last, of %i too", (value) => {
  const values = [value - 1, ...new Array<number>(99).fill(value)];
  expect(run(topK(3), values)).toEqual([-Infinity, ...values.slice(1)]);
});

test.each([1, 3, 4, 5, 31])("a temperature divides every one of %i values", (length) => {
  const values = Array.from({ length }, (_, token) => -token - 1);
  expect(run(temperature(0.5), values)).toEqual(values.map((value) => value / 0.5));
});
