import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compose, suppressTokens } from "./bans.ts";
import { ProcessorChain } from "./chain.ts";
import { epsilon, eta, minP, temperature, topK, topP, typical } from "./filters.ts";
import { frequencyPenalty, repetitionPenalty } from "./penalties.ts";
import type { Processor, ProcessorContext } from "./processor.ts";

const context: ProcessorContext = {
  prompt: Int32Array.of(3),
  tokens: Int32Array.of(1, 2),
  sentence: 0,
  maxLength: 9,
  stopTokens: new Set(),
};

/** What is possible, as the processors leave it one after another; or the place of a value that is none. */
function oneByOne(processors: readonly Processor[], row: Float32Array): unknown {
  const values = row.slice();
  for (const processor of processors) processor(values, context);
  const wrong = values.findIndex((value) => !(value < Infinity));
  if (wrong >= 0) return wrong;
  const tokens = Array.from(values.keys()).filter((token) => values[token] !== -Infinity);
  return { tokens, values: tokens.map((token) => values[token]) };
}

function together(chain: ProcessorChain, row: Float32Array): unknown {
  let wrong = -1;
  try {
    const { tokens, values, count } = chain.possible(row, context, (token) => {
      wrong = token;
      return new RangeError("wrong");
    });
    return { tokens: Array.from(tokens.subarray(0, count)), values: Array.from(values.subarray(0, count)) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return wrong;
  }
}

const share = fc.constantFrom(0, 0.05, 0.3, 0.6, 0.95, 1);
const temperatures = fc.constantFrom(0.1, 0.7, 0.8, 1, 1.3, 3, 1e-310, 1e-38, 1e38, 1e308).map(temperature);
const tops = fc.constantFrom(1, 2, 3, 5, 50, 1000).map(topK);
const oneOf = <Value>(...of: readonly fc.Arbitrary<Value>[]): fc.Arbitrary<Value> =>
  fc.nat(of.length - 1).chain((at) => of[at] as fc.Arbitrary<Value>);
const filters = oneOf(
  share.map(topP),
  share.map(minP),
  share.filter((each) => each > 0).map(typical),
  share.map(epsilon),
  share.map(eta),
);
const others: fc.Arbitrary<Processor> = fc.constantFrom(
  suppressTokens([0, 4]),
  repetitionPenalty(1.3),
  frequencyPenalty(0.5),
  (values: Float32Array) => values.set(values.subarray(1, 3), 5),
  (values: Float32Array) => void (values[2] = NaN),
);
const single = oneOf(temperatures, temperatures, tops, tops, tops, filters, filters, others);
const composed = fc.array(single, { maxLength: 3 }).map((parts) => compose(...parts));
const processors = fc.array(oneOf(single, single, single, single, composed), { maxLength: 5 });

const real = fc.double({ min: -20, max: 0, noNaN: true });
const value = oneOf<number>(
  real,
  real,
  fc.integer({ min: -4, max: 0 }),
  // Neighbours, which are told apart here and no more once they are multiplied.
  fc.integer({ min: 0, max: 9 }).map((ulps) => -1.9 + ulps * 2 ** -23),
  fc.constantFrom(-0, 1e-45, -1e-45, 3e38, -3e38, -Infinity, -Infinity, -Infinity),
);
const short = fc.array(value, { minLength: 8, maxLength: 60 });
/** Long enough that limits are guessed: a pattern that repeats, with what does not fit in its place. */
const long = fc.tuple(short, fc.array(fc.tuple(fc.nat(1999), value), { maxLength: 90 })).map(([pattern, own]) => {
  const values = Array.from({ length: 2000 }, (_, at) => (pattern[at % pattern.length] as number) - (at % 37) / 8);
  for (const [at, each] of own) values[at] = each;
  return values;
});
const wrong = fc.option(fc.tuple(fc.nat(2000), fc.constantFrom(NaN, Infinity)), { freq: 8 });

describe("a chain of processors leaves what they leave one after another, to the last bit", () => {
  test.each([
    ["short", short],
    ["long", long],
  ])("of a %s row", (_, rows) => {
    fc.assert(
      fc.property(processors, rows, wrong, (chain, numbers, bad) => {
        const row = Float32Array.from(numbers);
        if (bad !== null) row[bad[0] % row.length] = bad[1];
        const before = row.slice();
        const few = new ProcessorChain("test", chain);
        const expected = oneByOne(chain, row);
        expect(together(few, row)).toEqual(expected);
        expect(row).toEqual(before);
        expect(together(few, row)).toEqual(expected); // arrays are used again
      }),
      { numRuns: 1500 },
    );
  });

  test("of rows of a real size", () => {
    const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { numRuns: 32_000, seed: 7 });
    const row = Float32Array.from(random, (each, at) => Math.log(each + 1e-9) - (random[(at * 7) % 32_000] ?? 0));
    for (const chain of [
      [temperature(0.8), topK(50)],
      [temperature(0.8), topK(50), topP(0.9)],
      [repetitionPenalty(1.2), temperature(1.5), temperature(0.3), topK(200), minP(0.02), typical(0.8)],
      [compose(temperature(0.9), compose(topK(40), eta(1e-3))), epsilon(0.01)],
    ]) {
      expect(together(new ProcessorChain("test", chain), row)).toEqual(oneByOne(chain, row));
    }
  });
});

test("equal likeliest tokens are all kept, more than a guess takes", () => {
  const row = new Float32Array(4000).fill(-8);
  row.fill(-2, 1000, 1300);
  const chain = [temperature(0.7), topK(5)];
  expect(together(new ProcessorChain("test", chain), row)).toEqual(oneByOne(chain, row));
});

test("what a temperature makes as likely as the last is kept, where a guess left it out", () => {
  const chain = [temperature(0.8), topK(5)];
  const kept = Array.from({ length: 12 }, (_, offset) => {
    const neighbour = (rank: number): number => -1.9 - (offset + rank) * 2 ** -23;
    const row = new Float32Array(4000).fill(-8);
    // Of one value of sixteen the fifth is the guess: of all it is the sixth, so that just the five above it are taken.
    for (const [at, rank] of [1, 2, 3, 4, 6].entries()) row[16 * at] = neighbour(rank);
    row[99] = neighbour(5);
    const expected = oneByOne(chain, row) as { readonly tokens: readonly number[] };
    expect(together(new ProcessorChain("test", chain), row)).toEqual(expected);
    return expected.tokens.length;
  });
  expect(new Set(kept)).toEqual(new Set([5, 6]));
});

test("a function of one's own is called once a row, wherever it is", () => {
  let calls = 0;
  const own = (): void => void calls++;
  const row = new Float32Array(4000).fill(-8);
  row[7] = NaN;
  for (const chain of [
    [own, temperature(0.7), topK(5)],
    [temperature(0.7), own, topK(5)],
    [topK(5), own],
    [compose(topK(5), own), topK(3)],
  ]) {
    calls = 0;
    together(new ProcessorChain("test", chain), row);
    expect(calls).toBe(1);
  }
});
