import { DTypeError, Generator, ShapeError, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { mse } from "../losses/mse.ts";
import { manualSeed } from "../initialise/default-generator.ts";
import { SGD } from "../optimise/sgd.ts";
import { fit } from "../train/fit.ts";
import { batches } from "./batches.ts";
import { splitExamples } from "./split-examples.ts";
import { tabular, type TableField } from "./tabular.ts";

const rows = [
  [1, 2],
  [3, 4],
  [5, 6],
];

/** The chosen rows of a table's one field. */
function chosen(field: TableField, places: readonly number[]): [string, unknown] {
  const { x } = tabular({ x: field }).batch(Int32Array.from(places)) as { x: Tensor };
  return [x.dtype, x.toArray()];
}

describe("a table", () => {
  test.each<[string, TableField, string]>([
    ["an array of rows", rows, "f32"],
    ["typed rows", rows.map((row) => Int32Array.from(row)), "i32"],
    ["numbers with sizes", { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }, "f32"],
    ["doubles with sizes", { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }, "f32"],
    ["signed bytes with sizes", { data: Int8Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }, "i8"],
    ["rows of signed bytes", rows.map((row) => Int8Array.from(row)), "i8"],
    ["bytes with sizes", { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] }, "u8"],
    ["a tensor", tensor(rows), "f32"],
    ["a tensor of classes", tensor(rows, "i32"), "i32"],
    ["a tensor for storage", tensor(rows, "f16"), "f16"],
    ["a view", tensor([1, 3, 5, 2, 4, 6]).reshape([2, 3]).transpose(), "f32"],
    ["columns by name", { left: [1, 3, 5], right: Float32Array.of(2, 4, 6) }, "f32"],
  ])("gives the chosen rows of %s", (_, field, dtype) => {
    expect(chosen(field, [2, 0, 2])).toEqual([
      dtype,
      [
        [5, 6],
        [1, 2],
        [5, 6],
      ],
    ]);
  });

  test.each<[string, TableField, string]>([
    ["plain numbers", [7, 8, 9], "f32"],
    ["floats", Float32Array.of(7, 8, 9), "f32"],
    ["classes", Int32Array.of(7, 8, 9), "i32"],
  ])("gives one number a row of %s", (_, field, dtype) => {
    expect(chosen(field, [1, 2])).toEqual([dtype, [8, 9]]);
  });

  test("takes a tensor's truth values and another dtype for its numbers, and does not need it any longer", () => {
    const [x, seen] = [tensor([2, 0, 1]), tensor([true, false, true])];
    const table = tabular({ x, seen }, { dtypes: { x: "i32" } });
    for (const each of [x, seen]) each.dispose();
    const batch = table.batch(Int32Array.of(2, 0));
    expect([batch.x.dtype, batch.x.toArray(), batch.seen.toArray()]).toEqual(["i32", [1, 2], [true, true]]);
  });

  test("gives pictures their sizes", () => {
    const field = { data: Float32Array.from({ length: 12 }, (_, i) => i), shape: [3, 2, 2] };
    expect(chosen(field, [2])).toEqual([
      "f32",
      [
        [
          [8, 9],
          [10, 11],
        ],
      ],
    ]);
  });

  test("takes any name for a field", () => {
    const [batch] = batches(tabular({ constructor: [1, 2], toString: [3, 4] }), 2);
    expect(Object.keys(batch ?? {})).toEqual(["constructor", "toString"]);
  });

  test("takes dtypes", () => {
    const table = tabular({ x: rows, y: [2, 0, 1], seen: [1, 0, 1] }, { dtypes: { y: "i32", seen: "bool" } });
    const { y, seen } = table.batch(Int32Array.of(0, 1));
    expect([y.dtype, y.toArray(), seen.toArray()]).toEqual(["i32", [2, 0], [true, false]]);
    expect(() => tabular({ y: [0.5] }, { dtypes: { y: "i32" } })).toThrow(DTypeError);
    expect(() => tabular({ y: [0.5] }, { dtypes: { y: "i32" } })).toThrow(/^tabular in y: /);
    const misnamed: object = { z: "i32" };
    expect(() => tabular({ y: [1] }, { dtypes: misnamed })).toThrow(/dtypes +z/);
  });

  test("shows what is written to typed arrays later, which are not copied", () => {
    const y = Float32Array.of(1, 2);
    const table = tabular({ y });
    y[1] = 5;
    expect(table.batch(Int32Array.of(1)).y.toArray()).toEqual([5]);
  });

  test.each<[string, Record<string, unknown>, new (...given: never[]) => Error, RegExp]>([
    ["no fields", {}, ValueError, /at least one field/],
    ["fields of different lengths", { x: rows, y: [1, 2] }, ShapeError, /x +3\n +y +2/],
    [
      "rows of different lengths",
      { x: [[1, 2], [3]] },
      ShapeError,
      /^tabular in x: [\s\S]*first +\[2\]\n +other +\[1\]/,
    ],
    ["columns of different lengths", { x: { a: [1, 2], b: [1] } }, ShapeError, /column +b/],
    ["columns of rows", { x: { a: [[1]], b: [[1]] } }, ShapeError, /column +a/],
    ["sizes that do not fit", { x: { data: [1, 2, 3], shape: [2, 2] } }, ShapeError, /numbers +3/],
    ["no sizes", { x: { data: [1], shape: [] } }, ShapeError, /the first axis of a field counts its rows/],
    ["a tensor without rows", { x: tensor(1) }, ShapeError, /the first axis of a field counts its rows/],
    ["an object of another class", { x: new Map() }, ValueError, /class Map/],
    ["texts", { x: ["a"] }, ValueError, /^tabular in x: /],
    ["a missing number", { x: [1, null] }, ValueError, /at +1\n +came +null/],
    ["a text among numbers", { x: [1, 2, "y"] }, ValueError, /at +2\n +came +string/],
    ["a hole in a column", { x: { a: [1, undefined], b: [1, 2] } }, ValueError, /came +undefined/],
    ["nothing", { x: undefined }, ValueError, /fields +undefined/],
  ])("refuses %s", (_, fields, error, message) => {
    expect(() => tabular(fields as never)).toThrow(error);
    expect(() => tabular(fields as never)).toThrow(message);
  });

  test("refuses rows that are not there", () => {
    expect(() => tabular({ x: rows }).batch(Int32Array.of(3))).toThrow(ValueError);
    expect(() => tabular({ x: rows }).batch(Int32Array.of(-1))).toThrow(/index +-1/);
  });
});

describe("splitExamples", () => {
  const table = tabular({ at: Float32Array.from({ length: 9 }, (_, i) => i) });
  const placesIn = (part: typeof table): number[] => Array.from(batches(part, 4), ({ at }) => [...at.data()]).flat();

  test("gives every example to one part, of the kind that came", () => {
    expect(splitExamples(table, 6).map(placesIn)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8],
    ]);
    expect(splitExamples(["a", "b", "c"], 1)).toEqual([["a"], ["b", "c"]]);
    const [first, second] = splitExamples({ length: 3, get: (i: number) => 10 * i }, 2);
    expect([first.length, second.length, second.get(0)]).toEqual([2, 1, 20]);
    expect(splitExamples(table, 0).map(({ length }) => length)).toEqual([0, 9]);
  });

  test("draws them with shuffle, the same for the same seed", () => {
    const [learned, unseen] = splitExamples(table, 6, { shuffle: 2 });
    expect([...placesIn(learned), ...placesIn(unseen)].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(placesIn(learned)).not.toEqual([0, 1, 2, 3, 4, 5]);
    expect(splitExamples(table, 6, { shuffle: new Generator(2) }).map(placesIn)).toEqual(
      [learned, unseen].map(placesIn),
    );
  });

  test("refuses parts that are none", () => {
    for (const count of [-1, 10, 1.5]) expect(() => splitExamples(table, count)).toThrow(ValueError);
  });
});

test("a table is fitted as it is: a line through noiseless points", async () => {
  manualSeed(1);
  const xs = Array.from({ length: 60 }, (_, i) => i / 30 - 1);
  const table = tabular({ x: xs.map((x) => [x, x * x]), y: xs.map((x) => [3 * x - 2 * x * x + 0.5]) });
  const [learned, unseen] = splitExamples(table, 48, { shuffle: 1 });
  const model = new Linear(2, 1);
  const { history } = await fit(model, batches(learned, 8, { shuffle: 2, dropLast: true }), {
    epochs: 150,
    forward: ({ x }) => model.forward(x),
    loss: (prediction, { y }) => mse(prediction, y),
    optimizer: new SGD(model.parameters(), { learningRate: 0.3 }),
    validation: batches(unseen, 5),
  });
  expect(history.at(-1)?.validation?.examples).toBe(12);
  expect(history.at(-1)?.validation?.loss).toBeLessThan(1e-5);
  const [slope = 0, curve = 0] = model.weight.data();
  expect([slope, curve, model.bias?.item()].map((value) => Math.round(100 * (value ?? 0)) / 100)).toEqual([3, -2, 0.5]);
});
