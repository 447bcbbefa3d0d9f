import { fromArray, Generator, memory, NonFiniteError, scope, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Subwords } from "../subwords/subwords.ts";
import { RoundedRows } from "./rounded-rows.ts";
import { RowStore } from "./row-store.ts";
import { WordVectors } from "./word-vectors.ts";

const COUNT = 2000;
const SIZE = 37;

/** Rows by what may leave a doubt; of each the first few are asked with. */
const KINDS: Record<string, () => Float32Array> = {
  "normal numbers": () => normal(1),
  "short rows in groups of nearly equal ones": () => grouped().map((each) => each / 1024),
  "a few large elements, which leave coarse steps to the rest": () =>
    normal(1).map((each, at) => (at % 211 === 0 ? 40 * each : each)),
  "groups of nearly equal rows": grouped,
  "equal rows": () => normal(1).map((_, at) => (at % SIZE) - 3),
  zeros: () => new Float32Array(COUNT * SIZE),
  "rows of zeros among others": () => normal(1).map((each, at) => (Math.floor(at / SIZE) % 7 === 0 ? 0 : each)),
  // As large as f16 allows.
  "tiny and huge rows": () => normal(1).map((each, at) => each * 10 ** ((Math.floor(at / SIZE) % 19) - 15)),
};

function grouped(): Float32Array {
  const [centres, noise] = [normal(1), normal(2)];
  return noise.map((each, at) => (centres[at % (5 * SIZE)] ?? 0) + 0.01 * each);
}

function normal(seed: number): Float32Array {
  return scope(() => new Generator(seed).normal([COUNT * SIZE]).data());
}

describe.each(Object.entries(KINDS))("of %s", (_, values) => {
  test.each(["f32", "f16"] as const)("a search by rounded ones gives the same bits, %s", (dtype) => {
    const words = Array.from({ length: COUNT }, (__, at) => `w${at}`);
    using all = scope(() => new WordVectors(words, fromArray(values(), [COUNT, SIZE])));
    using exact = all.to(dtype);
    using quick = all.to(dtype).preselect();
    for (const word of words.slice(1, 8)) {
      for (const among of [COUNT, COUNT - 1, 13, 1]) {
        for (const count of [1, 10, 300]) {
          const options = { count, among };
          expect(quick.mostSimilar(word, "w0", options)).toEqual(exact.mostSimilar(word, "w0", options));
        }
      }
    }
  });
});

/** How often rounded rows alone were enough, of 50 queries; and the difference of memory that is left. */
function certain(values: Float32Array, wanted: number): number {
  using store = held(values);
  const rounded = new RoundedRows(store.rows, 4);
  const units = Array.from({ length: 50 }, (_, at) => {
    const row = values.slice(at * SIZE, (at + 1) * SIZE);
    const length = Math.hypot(...row);
    return row.map((each) => each / length);
  });
  const found = units.filter((unit) =>
    scope(() => rounded.nearest(fromArray(unit, [1, SIZE]) as Tensor, wanted, COUNT) !== undefined),
  );
  rounded.dispose();
  return found.length;
}

function held(values: Float32Array): { readonly rows: RowStore } & Disposable {
  const rows = scope(() => new RowStore("WordVectors", fromArray(values, [COUNT, SIZE])));
  return { rows, [Symbol.dispose]: () => rows.dispose() };
}

test("they are enough for nearly every query of usual vectors, and never where no order can be told", () => {
  const before = memory().bytes;
  expect(certain(normal(1), 10)).toBeGreaterThan(45);
  expect(certain(KINDS["equal rows"]?.() ?? new Float32Array(0), 10)).toBe(0);
  expect(memory().bytes).toBe(before);
});

test("what is refused half way leaves no memory behind, and what was there before", () => {
  const before = memory().bytes;
  {
    using vectors = WordVectors.from([
      ["a", [1, Number.NaN]],
      ["b", [0, 1]],
    ]);
    const full = memory().bytes;
    expect(() => vectors.preselect()).toThrow(NonFiniteError);
    expect(memory().bytes).toBe(full);
  }
  const grams = fromArray(Float32Array.of(1, 2), [1, 2]);
  const subwords = new Subwords(grams, { minLength: 1, maxLength: 2 });
  grams.dispose();
  subwords.dispose();
  expect(() => WordVectors.from([["a", [1, 2]]], { subwords })).toThrow(/WordVectors\.from: .*given back/s);
  expect(memory().bytes).toBe(before);
});
