import {
  fromArray,
  Generator,
  memory,
  NonFiniteError,
  NotFoundError,
  scope,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cosineSimilarity } from "../similarity/cosine.ts";
import { Subwords } from "../subwords/subwords.ts";
import { WordVectors } from "./word-vectors.ts";

/** Royalty by two axes: gender and rank; food elsewhere. */
const ENTRIES: readonly (readonly [string, readonly number[]])[] = [
  ["man", [-1, 0.02, 0.1]],
  ["woman", [1, 0.01, 0.1]],
  ["king", [-0.95, 0.93, 0.1]],
  ["queen", [0.97, 0.95, 0.1]],
  ["apple", [0, -0.01, 0.97]],
  ["orange", [0.01, 0, 0.98]],
];
const royal = (): WordVectors => WordVectors.from(ENTRIES);

function random(count: number, size: number, seed = 1): WordVectors {
  const words = Array.from({ length: count }, (_, at) => `w${at}`);
  return scope(() => new WordVectors(words, new Generator(seed).normal([count, size])));
}

describe("looking up", () => {
  test("a word has its vector and its row", () => {
    using vectors = royal();
    expect([vectors.length, vectors.size, vectors.dtype]).toEqual([6, 3, "f32"]);
    expect(vectors.indexOf("king")).toBe(2);
    expect(vectors.has("prince")).toBe(false);
    expect(Array.from(vectors.vector("apple"))).toEqual([0, -0.01, 0.97].map(Math.fround));
    using rows = vectors.vectors(["orange", "man"]);
    expect(rows.shape).toEqual([2, 3]);
  });

  test("a word that is not there is refused, and the one that is near is named", () => {
    using vectors = royal();
    expect(() => vectors.vector("quen")).toThrow(/no vector for "quen"[^]*did you mean "queen"/);
    expect(() => vectors.vector("KING")).toThrow(/did you mean "king"/);
    expect(() => vectors.mostSimilar("zzzzzzz")).toThrow(NotFoundError);
  });

  test("words that come twice, or without a vector, are refused", () => {
    expect(() =>
      WordVectors.from([
        ["a", [1]],
        ["a", [2]],
      ]),
    ).toThrow(/word\s+a\s+first\s+0\s+again\s+1/);
    expect(() => WordVectors.from([["", [1]]])).toThrow(ValueError);
    expect(() =>
      WordVectors.from([
        ["a", [1]],
        ["b", [2, 3]],
      ]),
    ).toThrow(ShapeError);
    expect(() => scope(() => new WordVectors(["a"], fromArray([1, 2], [2, 1])))).toThrow(ShapeError);
  });

  test("a word without a vector has the mean of its n-grams", () => {
    scope(() => {
      const rows = fromArray(
        Float32Array.from({ length: 14 }, (_, at) => at),
        [7, 2],
      );
      const subwords = new Subwords(rows, { minLength: 2, maxLength: 3 });
      using vectors = WordVectors.from([["a", [1, 2]]], { subwords });
      subwords.dispose();
      expect(Array.from(vectors.vector("a"))).toEqual([1, 2]);
      const guessed = vectors.vector("bc");
      expect(guessed[1]).toBeCloseTo((guessed[0] ?? 0) + 1, 5);
    });
  });
});

describe("searches", () => {
  test("the most similar words leave out those asked with", () => {
    using vectors = royal();
    expect(vectors.mostSimilar("apple", [], { count: 1 })[0]?.word).toBe("orange");
    expect(vectors.mostSimilar(["king", "woman"], ["man"], { count: 1 })[0]?.word).toBe("queen");
    expect(vectors.mostSimilar(vectors.vector("apple"), [], { count: 1 })[0]?.word).toBe("apple");
  });

  test.each(["3CosAdd", "3CosMul", "pairDirection"] as const)(
    "man is to king as woman is to queen, by %s",
    (method) => {
      using vectors = royal();
      expect(vectors.analogy("man", "king", "woman", { method })[0]?.word).toBe("queen");
    },
  );

  test("the odd one out is least like the mean of the others", () => {
    using vectors = royal();
    expect(vectors.oddOneOut(["apple", "orange", "king"])).toBe("king");
  });

  test("the first words alone can be searched", () => {
    using vectors = royal();
    const found = vectors.mostSimilar("apple", [], { among: 4 });
    expect(found.map(({ word }) => word)).not.toContain("orange");
    expect(found).toHaveLength(4);
  });

  test("a search is a look at every word, in each dtype", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 35 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom("f32", "f16", "i8"),
        (count, size, seed, dtype) => {
          using made = random(count, size, seed);
          using vectors = made.to(dtype);
          const found = vectors.mostSimilar("w0", [], { count: 5 });
          const query = vectors.vector("w0");
          const all = vectors.words
            .slice(1)
            .map((word) => cosineSimilarity(query, vectors.vector(word)))
            .toSorted((a, b) => b - a);
          expect(found).toHaveLength(Math.min(5, count - 1));
          for (const [at, { word, similarity }] of found.entries()) {
            expect(similarity).toBeCloseTo(cosineSimilarity(query, vectors.vector(word)), 4);
            expect(similarity).toBeCloseTo(all[at] ?? NaN, 4);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a vector of zeros is like nothing, and NaN comes nowhere", () => {
    using vectors = WordVectors.from([
      ["zero", [0, 0]],
      ["one", [1, 1]],
      ["two", [-1, 0]],
    ]);
    expect(vectors.mostSimilar("zero").map(({ similarity }) => similarity)).toEqual([0, 0]);
    expect(vectors.mostSimilar("one").at(-1)?.word).toBe("two");
  });
});

test("a vector without a length is refused, and not found first", () => {
  for (const wrong of [NaN, Infinity, 3e38]) {
    using vectors = WordVectors.from([
      ["a", [1, 2]],
      ["b", [1, wrong]],
    ]);
    expect(() => vectors.mostSimilar("a")).toThrow(/a vector has a length that is finite[^]*row\s+1/);
    expect(() => vectors.preselect()).toThrow(NonFiniteError);
  }
});

test("nothing is left behind", () => {
  const before = memory().bytes;
  const vectors = random(100, 10);
  const halves = vectors.to("f16");
  const bytes = halves.to("i8").preselect(2);
  for (const each of [vectors, halves, bytes]) {
    each.mostSimilar("w1", "w2");
    each.analogy("w1", "w2", "w3", { method: "3CosMul" });
    each.centroid(["w1", "w2"]);
    expect(() => each.vector("none")).toThrow(NotFoundError);
    each.dispose();
  }
  expect(memory().bytes).toBe(before);
});
