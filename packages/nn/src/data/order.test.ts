import { Generator, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { batches } from "./batches.ts";
import { batchesOfPass } from "./order.ts";

/** Lengths from 1 to 40, equally many of each, in no order. */
const lengthAt = (place: number): number => ((place * 17) % 40) + 1;

const lengthsOf = (count: number): Float64Array => Float64Array.from({ length: count }, (_, place) => lengthAt(place));

/** Steps that padding adds, as a share of all. */
function padding(all: readonly Int32Array[]): number {
  let [steps, wanted] = [0, 0];
  for (const places of all) {
    const lengths = Array.from(places, lengthAt);
    steps += Math.max(...lengths) * lengths.length;
    wanted += lengths.reduce((sum, length) => sum + length, 0);
  }
  return 1 - wanted / steps;
}

const count = 1000;
const pass = (seed: number, options: { dropLast?: boolean; lengths?: Float64Array } = {}): Int32Array[] =>
  batchesOfPass({ count, size: 16, dropLast: false, lengths: undefined, ...options, generator: new Generator(seed) });

describe("buckets by length", () => {
  test("put every example into one batch, all but one of full size", () => {
    const all = pass(1, { lengths: lengthsOf(count) });
    expect(all.flatMap((places) => [...places]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
    expect(all.filter(({ length }) => length !== 16).map(({ length }) => length)).toEqual([1000 % 16]);
  });

  test("need little padding, where chance needs much", () => {
    expect(padding(pass(1))).toBeGreaterThan(0.4); // the longest of 16 from 1 … 40 is about 38, the mean 20.5
    expect(padding(pass(1, { lengths: lengthsOf(count) }))).toBeLessThan(0.03);
  });

  test("come in no order of length, and with other neighbours in each pass", () => {
    const generator = new Generator(1);
    const lengths = lengthsOf(count);
    const passes = [0, 1].map(() => batchesOfPass({ count, size: 16, dropLast: false, generator, lengths }));
    const firsts = passes.map((all) => all.map((places) => lengthAt(places[0] ?? 0)));
    expect(firsts[0]).not.toEqual(firsts[0]?.toSorted((a, b) => a - b));
    expect(firsts[0]).not.toEqual(firsts[1]);
    const neighbours = passes.map((all) => new Set(all.map((places) => places.toSorted().join())));
    expect([...(neighbours[0] ?? [])].filter((batch) => neighbours[1]?.has(batch))).toEqual([]);
  });

  test("are the same from the same state of the generator, so that a pass can be resumed", () => {
    const shuffle = new Generator(9);
    shuffle.integers([3], 0, 5).dispose();
    const state = shuffle.state();
    const examples = Array.from({ length: 60 }, (_, at) => ({ at }));
    const run = (): number[][] =>
      Array.from(batches(examples, 7, { shuffle, bucketBy: ({ at }) => lengthAt(at) }), ({ at }) => [...at.data()]);
    const whole = run();
    const after = shuffle.state();
    shuffle.restore(state);
    expect(run()).toEqual(whole);
    expect(shuffle.state()).toEqual(after);
  });

  test("sort all examples, the shortest first and equals in their order, without a generator", () => {
    const words = ["ccc", "a", "bb", "dd", "e"];
    const all = batches(
      words.map((word) => ({ word })),
      2,
      { bucketBy: ({ word }) => word.length },
    );
    expect(Array.from(all, ({ word }) => word)).toEqual([["a", "e"], ["bb", "dd"], ["ccc"]]);
  });

  test("do not always drop the longest with dropLast", () => {
    const longest = lengthsOf(count).indexOf(40);
    const dropped = Array.from({ length: 8 }, (_, seed) => {
      const all = pass(seed, { dropLast: true, lengths: lengthsOf(count) });
      expect(all.every(({ length }) => length === 16)).toBe(true);
      return !all.some((places) => places.includes(longest));
    });
    expect(dropped).toContain(false);
    const few = batches([{ at: 5 }, { at: 1 }, { at: 3 }], 2, { dropLast: true, bucketBy: ({ at }) => at });
    expect(Array.from(few, ({ at }) => at.toArray())).toEqual([[1, 5]]); // the last example, not the longest
  });

  test("need lengths that are numbers", () => {
    expect(() => batches([{ at: 1 }], 2, { bucketBy: () => Number.NaN })).toThrow(ValueError);
    expect(() => batches([{ at: 1 }], 2, { bucketBy: () => undefined as never })).toThrow(/length +undefined/);
  });
});
