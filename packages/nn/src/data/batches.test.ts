import {
  fromArray,
  Generator,
  keep,
  memory,
  scope,
  ScopeError,
  ShapeError,
  type Tensor,
  tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { batches, type Batches } from "./batches.ts";
import type { BatchingSource } from "./examples.ts";
import { padded } from "./padded.ts";
import { stacked } from "./stacked.ts";

interface Example {
  readonly at: number;
  readonly point: readonly number[];
}

const seven: readonly Example[] = Array.from({ length: 7 }, (_, at) => ({ at, point: [at, 10 - at] }));

const placesIn = (all: Batches<{ readonly at: Tensor }>): number[][] => Array.from(all, ({ at }) => [...at.data()]);
const inOrder = [0, 1, 2, 3, 4, 5, 6];
const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

describe("batches of an array", () => {
  test("are its examples in order, field by field", () => {
    const seen = Array.from(batches(seven, 3), ({ at, point }) => [at.toArray(), point.toArray()]);
    expect(seen).toEqual([
      [
        [0, 1, 2],
        [
          [0, 10],
          [1, 9],
          [2, 8],
        ],
      ],
      [
        [3, 4, 5],
        [
          [3, 7],
          [4, 6],
          [5, 5],
        ],
      ],
      [[6], [[6, 4]]],
    ]);
  });

  test("are counted, with and without the last one", () => {
    for (const [dropLast, wanted] of [
      [false, 3],
      [true, 2],
    ] as const) {
      const all = batches(seven, 3, { dropLast });
      expect([all.length, [...all].length]).toEqual([wanted, wanted]);
    }
    expect(batches(seven, 100, { dropLast: true }).length).toBe(0);
    expect([...batches([] as Example[], 4)]).toEqual([]);
    expect(placesIn(batches(seven, 7)).flat()).toEqual(inOrder);
  });

  test("come in another order each pass, the same for the same seed", () => {
    const shuffle = new Generator(3);
    const [first, second] = [placesIn(batches(seven, 2, { shuffle })), placesIn(batches(seven, 2, { shuffle }))];
    expect(first).not.toEqual(second);
    expect(sorted(first.flat())).toEqual(inOrder);
    const all = batches(seven, 2, { shuffle: 3 });
    expect([placesIn(all), placesIn(all)]).toEqual([first, second]);
    expect(batches(seven, 2, { shuffle }).generator).toBe(shuffle);
    expect(batches(seven, 2).generator).toBeUndefined();
  });

  test("draw the order when the first batch is asked for", () => {
    const shuffle = new Generator(3);
    const before = shuffle.state();
    const iterator = batches(seven, 2, { shuffle })[Symbol.iterator]();
    expect(shuffle.state()).toEqual(before);
    iterator.next();
    expect(shuffle.state()).not.toEqual(before);
    iterator.return?.();
  });

  test("may be examples that are tensors, or single numbers", () => {
    const rows = [tensor([1, 2]), tensor([3, 4]), tensor([5, 6])];
    expect(Array.from(batches(rows, 2), (batch) => batch.toArray())).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [[5, 6]],
    ]);
    expect(rows.every(({ isDisposed }) => !isDisposed)).toBe(true);
    expect(Array.from(batches([1, 2, 3], 2), (batch) => batch.toArray())).toEqual([[1, 2], [3]]);
  });
});

describe("batches of a source", () => {
  test("fetch each example once, by its place", () => {
    const asked: number[] = [];
    const source = {
      length: 5,
      get: (index: number) => {
        asked.push(index);
        return { at: index };
      },
    };
    const all = batches(source, 2, { shuffle: 1 });
    expect(asked).toEqual([]);
    expect(placesIn(all).flat()).toEqual(asked);
    expect(sorted(asked)).toEqual([0, 1, 2, 3, 4]);
  });

  test("free what get made on the way", () => {
    const before = memory();
    const source = { length: 4, get: (index: number) => ({ x: fromArray(Float32Array.of(index, 1)).mul(2) }) };
    for (const { x } of batches(source, 2)) {
      expect(memory().tensors).toBe(before.tensors + 1);
      expect(x.shape).toEqual([2, 2]);
    }
    expect([memory().tensors, memory().bytes]).toEqual([before.tensors, before.bytes]);
  });

  test("that makes its batches by itself are what it makes", () => {
    const source: BatchingSource<{ at: Tensor; indices: Int32Array }> = {
      length: 5,
      batch: (indices) => ({ at: fromArray(Float32Array.from(indices)), indices }),
    };
    expect(placesIn(batches(source, 2))).toEqual([[0, 1], [2, 3], [4]]);
    expect(placesIn(batches(source, 2, { dropLast: true, bucketBy: (place) => -place }))).toEqual([
      [3, 2],
      [1, 0],
    ]);
    expect(() => batches(source as never, 2, { collate: () => ({}) })).toThrow(/makes its batches by itself/);
  });
});

describe("collate", () => {
  test("takes a function of the examples and their places", () => {
    const all = batches(seven, 4, {
      collate: (examples, indices) => ({ sum: tensor(examples.reduce((sum, { at }) => sum + at, 0)), indices }),
    });
    expect(Array.from(all, ({ sum, indices }) => [sum.item(), [...indices]])).toEqual([
      [0 + 1 + 2 + 3, [0, 1, 2, 3]],
      [4 + 5 + 6, [4, 5, 6]],
    ]);
  });

  test("takes columns for some fields, and stacks the others", () => {
    const reviews = [
      { words: [3, 4, 5], stars: 4, title: "good" },
      { words: [6], stars: 1, title: "bad" },
    ];
    const [batch] = Array.from(
      batches(reviews, 2, { collate: { words: padded({ dtype: "i32" }), stars: stacked("i32") } }),
      ({ words, stars, title }) => ({
        words: [words.values.dtype, words.values.toArray(), words.lengths.dtype, words.lengths.toArray()],
        stars: [stars.dtype, stars.toArray()],
        title,
      }),
    );
    expect(batch).toEqual({
      words: [
        "i32",
        [
          [3, 4, 5],
          [6, 0, 0],
        ],
        "i32",
        [3, 1],
      ],
      stars: ["i32", [4, 1]],
      title: ["good", "bad"],
    });
  });

  test("says in which field something was wrong", () => {
    const ragged = [{ meta: { words: [1, 2] } }, { meta: { words: [3] } }];
    expect(() => [...batches(ragged, 2)]).toThrow(ShapeError);
    expect(() => [...batches(ragged, 2)]).toThrow(/^batches in meta\.words: [\s\S]*collate: \{ field: padded\(\) \}/);
    const unknown = { collate: { wrds: stacked() } } as object;
    expect(() => [...batches(ragged, 2, unknown)]).toThrow(/collate +wrds\n +fields +meta/);
  });

  test("must not be async", () => {
    expect(() => [...batches(seven, 2, { collate: async () => ({}) })]).toThrow(ScopeError);
  });
});

describe("a batch's memory", () => {
  test("is freed when the next is asked for, at the end, on break and on a throw", () => {
    const before = memory();
    const held: Tensor[] = [];
    for (const { at, point } of batches(seven, 2)) {
      expect(held.every(({ isDisposed }) => isDisposed)).toBe(true);
      held.push(at, point);
      expect(memory().tensors).toBe(before.tensors + 2);
    }
    for (const { at } of batches(seven, 2)) {
      held.push(at);
      break;
    }
    const failing = (): void => {
      for (const { at } of batches(seven, 2)) {
        held.push(at);
        throw new Error("stop");
      }
    };
    expect(failing).toThrow("stop");
    expect(held.every(({ isDisposed }) => isDisposed)).toBe(true);
    expect([memory().tensors, memory().bytes]).toEqual([before.tensors, before.bytes]);
  });

  test("is freed also where columns nest it, and where making it fails", () => {
    const before = memory();
    const reviews = [{ words: [1, 2] }, { words: [3] }];
    for (const { words } of batches(reviews, 2, { collate: { words: padded() } })) expect(words.values.size).toBe(4);
    const failing = batches(reviews, 2, {
      collate: (): never => {
        tensor([1, 2, 3]);
        throw new Error("broken");
      },
    });
    expect(() => [...failing]).toThrow("broken");
    expect([memory().tensors, memory().bytes]).toEqual([before.tensors, before.bytes]);
  });

  test("stays where it was there before, or is kept", () => {
    const weights = tensor([1, 2]);
    let kept: Tensor | undefined;
    for (const { at, weights: same } of batches(seven, 7, {
      collate: (examples) => ({ at: tensor(examples.map((example) => example.at)) as Tensor, weights }),
    })) {
      kept = keep(at);
      expect(same).toBe(weights);
    }
    expect([weights.isDisposed, kept?.isDisposed]).toEqual([false, false]);
    kept?.dispose();
  });

  test("ends with the scope that asked for it, if there is one", () => {
    const iterator = batches(seven, 2)[Symbol.iterator]();
    const first = scope(() => iterator.next().value?.at.clone());
    expect(first?.toArray()).toEqual([0, 1]);
    const held = iterator.next().value;
    expect(held?.at.isDisposed).toBe(false);
    iterator.return?.();
    expect(held?.at.isDisposed).toBe(true);
  });
});

test("what cannot be cut into batches is refused", () => {
  for (const size of [0, -1, 1.5, Number.NaN]) expect(() => batches(seven, size)).toThrow(ValueError);
  for (const examples of [undefined, 3, new Map(), { length: 2 }, { length: -1, get: () => 0 }]) {
    expect(() => batches(examples as never, 2)).toThrow(/pass an array of examples, tabular/);
  }
});

test("a batch may have more sequences than a call takes arguments", () => {
  const rows = Array.from({ length: 200_000 }, (_, at) => ({ words: at === 7 ? [1, 2] : [at % 5] }));
  const [shape] = Array.from(
    batches(rows, rows.length, { collate: { words: padded() } }),
    ({ words }) => words.values.shape,
  );
  expect(shape).toEqual([200_000, 2]);
});
