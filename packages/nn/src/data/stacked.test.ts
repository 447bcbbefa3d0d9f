import { DTypeError, ShapeError, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { batches } from "./batches.ts";
import { padded } from "./padded.ts";
import { stacked } from "./stacked.ts";

const made = (values: readonly unknown[], dtype?: "f32" | "i32" | "u8" | "bool"): [string, unknown] => {
  const whole = stacked<unknown, typeof dtype>(dtype)(values) as Tensor;
  return [whole.dtype, whole.toArray()];
};

describe("a field of labels", () => {
  const dtypeOf = (values: readonly unknown[], dtype?: "f32"): string =>
    (stacked<unknown, typeof dtype>(dtype)(values) as { label: Tensor }).label.dtype;

  test.each<[string, readonly unknown[], string]>([
    ["numbers", [{ label: 3 }, { label: 0 }], "i32"],
    ["rows of numbers", [{ label: [3, 1] }, { label: [0, 2] }], "i32"],
    ["truth values", [{ label: true }], "bool"],
    ["floats of a typed array", [{ label: Float32Array.of(0.5) }], "f32"],
    ["bytes", [{ label: Uint8Array.of(5) }], "u8"],
  ])("of %s", (_, values, dtype) => {
    expect(dtypeOf(values)).toBe(dtype);
  });

  test("takes no fractions, unless it is said that they are meant", () => {
    for (const wrong of [0.5, NaN, 2 ** 31])
      expect(() => dtypeOf([{ label: 1 }, { label: wrong }])).toThrow(/whole numbers in i32[^]*stacked\("f32"\)/);
    expect(dtypeOf([{ label: 0.5 }], "f32")).toBe("f32");
    expect(dtypeOf([{ label: 1 }], "f32")).toBe("f32");
  });

  test("is so in batches, with columns for other fields and within records; another name is not", () => {
    const examples = [{ x: 1, y: 2, label: 3, inner: { labels: [1] } }];
    const withColumn = batches(examples, 1, { collate: { x: stacked<number, "u8">("u8") } });
    for (const source of [batches(examples, 1), withColumn]) {
      for (const { label, inner, y } of source)
        expect([label.dtype, inner.labels.dtype, y.dtype]).toEqual(["i32", "i32", "f32"]);
    }
  });
});

describe("stacked", () => {
  test.each<[string, readonly unknown[], [string, unknown]]>([
    ["numbers", [1, 2.5], ["f32", [1, 2.5]]],
    ["truth values", [true, false], ["bool", [true, false]]],
    [
      "rows of numbers",
      [
        [1, 2],
        [3, 4],
      ],
      [
        "f32",
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    [
      "rows of rows",
      [
        [[1], [2]],
        [[3], [4]],
      ],
      [
        "f32",
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
    ],
    ["floats", [Float32Array.of(0.5, 1)], ["f32", [[0.5, 1]]]],
    ["doubles", [Float64Array.of(0.5, 1)], ["f32", [[0.5, 1]]]],
    ["whole numbers", [Int32Array.of(2 ** 24 + 1)], ["i32", [[2 ** 24 + 1]]]],
    ["bytes", [Uint8Array.of(255), Uint8Array.of(0)], ["u8", [[255], [0]]]],
    ["rows that are typed", [[Int32Array.of(1), Int32Array.of(2)]], ["i32", [[[1], [2]]]]],
    [
      "tensors",
      [tensor([1, 2], "i32"), tensor([3, 4], "i32")],
      [
        "i32",
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ],
    ["tensors without axes", [tensor(1), tensor(2)], ["f32", [1, 2]]],
    ["empty rows", [[], []], ["f32", [[], []]]],
  ])("makes one tensor of %s", (_, values, wanted) => {
    expect(made(values)).toEqual(wanted);
  });

  test("takes a dtype", () => {
    expect(made([3, 0], "i32")).toEqual(["i32", [3, 0]]);
    expect(made([Uint8Array.of(7)], "f32")).toEqual(["f32", [[7]]]);
    expect(made([[1, 0]], "bool")).toEqual(["bool", [[true, false]]]);
    expect(made([tensor([1, 2])], "i32")).toEqual(["i32", [[1, 2]]]);
    expect(made([Int32Array.of(1), Float32Array.of(2)], "f32")).toEqual(["f32", [[1], [2]]]);
  });

  test("keeps strings, and goes into records", () => {
    const values = [
      { name: "a", at: { x: 1, y: true } },
      { name: "b", at: { x: 2, y: false } },
    ];
    const { name, at } = stacked<(typeof values)[number]>()(values);
    expect([name, at.x.toArray(), at.y.toArray()]).toEqual([
      ["a", "b"],
      [1, 2],
      [true, false],
    ]);
  });

  test.each<[string, readonly unknown[], new (...given: never[]) => Error, RegExp]>([
    ["rows of different lengths", [[1, 2], [3]], ShapeError, /first +\[2\]\n +other +\[1\]/],
    ["ragged rows", [[[1, 2], [3]]], ShapeError, /first +\[2\]\n +other +\[1\]/],
    ["a row where a number was", [1, [2]], ShapeError, /first +a number\n +other +\[1\]/],
    ["a number where a row was", [[1], 2], ShapeError, /first +\[1\]\n +other +a number/],
    ["tensors of different shapes", [tensor([1]), tensor([1, 2])], ShapeError, /first +\[1, 1\]/],
    ["typed rows of different kinds", [Float32Array.of(1), Int32Array.of(2)], DTypeError, /first +f32\n +other +i32/],
    ["plain numbers among whole ones", [[Int32Array.of(1)], [[2]]], DTypeError, /first +i32\n +other +f32/],
    ["truth values among numbers", [1, true], DTypeError, /first +f32\n +other +bool/],
    ["nothing", [1, undefined], ValueError, /wanted +numbers\n +came +undefined\n +position +1/],
    ["nothing in a row", [[1, undefined]], ValueError, /came +undefined/],
    ["a string among numbers", [[1, "2"]], ValueError, /came +string/],
    ["a number among strings", ["a", 1], ValueError, /wanted +a string\n +came +1/],
    ["a missing field", [{ x: 1 }, {}], ValueError, /^batches in x: /],
    ["pairs", [[tensor([1]), 2]], ValueError, /an array of other things[\s\S]*\{ x, y \}/],
    ["a value of a class", [new Date()], ValueError, /came +a value of class Date/],
    ["functions", [() => 1], ValueError, /came +a function/],
  ])("refuses %s", (_, values, error, message) => {
    expect(() => stacked()(values)).toThrow(error);
    expect(() => stacked()(values)).toThrow(message);
  });

  test("refuses numbers that a dtype cannot hold", () => {
    expect(() => stacked("i32")([1, 1.5])).toThrow(DTypeError);
    expect(() => stacked("u8")([[1, 256]])).toThrow(DTypeError);
    expect(() => stacked("bool")([2])).toThrow(DTypeError);
  });
});

describe("padded", () => {
  const wanted = {
    values: [
      [1, 2, 3],
      [4, 9, 9],
      [9, 9, 9],
    ],
    lengths: [3, 1, 0],
  };

  test.each<[string, readonly (readonly number[] | Int32Array | Tensor)[], string]>([
    ["plain numbers", [[1, 2, 3], [4], []], "f32"],
    ["whole numbers", [Int32Array.of(1, 2, 3), Int32Array.of(4), Int32Array.of()], "i32"],
    ["tensors", [tensor([1, 2, 3]), tensor([4]), tensor([9]).slice(0, 1, 1)] as Tensor[], "f32"],
  ])("gives %s one length and tells how long each was", (_, sequences, dtype) => {
    const { values, lengths } = padded<readonly number[]>({ value: 9 })(sequences as readonly (readonly number[])[]);
    expect([values.dtype, values.toArray(), lengths.dtype, lengths.toArray()]).toEqual([
      dtype,
      wanted.values,
      "i32",
      wanted.lengths,
    ]);
  });

  // torch.nn.utils.rnn.pad_sequence([torch.tensor([[1., 2.], [3., 4.]]), torch.tensor([[5., 6.]])], batch_first=True)
  const torch = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [0, 0],
    ],
  ];

  test("gives steps of several numbers what pad_sequence gives", () => {
    const rows = [
      [
        [1, 2],
        [3, 4],
      ],
      [[5, 6]],
    ];
    expect(padded<number[][]>()(rows).values.toArray()).toEqual(torch);
    expect(padded<Tensor>()(rows.map((row) => tensor(row) as Tensor)).values.toArray()).toEqual(torch);
    const typed = rows.map((row) => row.map((step) => Float32Array.from(step)));
    expect(padded<Float32Array[]>()(typed).values.toArray()).toEqual(torch);
    expect(padded<number[][]>()([[], ...rows]).values.shape).toEqual([3, 2, 2]);
  });

  test("takes a dtype", () => {
    const { values } = padded<number[], "i32">({ dtype: "i32", value: -1 })([[7], [8, 9]]);
    expect([values.dtype, values.toArray()]).toEqual([
      "i32",
      [
        [7, -1],
        [8, 9],
      ],
    ]);
    expect(padded<number[]>()([[], []]).values.shape).toEqual([2, 0]);
  });

  test("refuses what are no sequences, or of different kinds of steps", () => {
    const refused = (sequences: readonly unknown[]) => () =>
      padded<number[], "u8">({ dtype: "u8" })(sequences as number[][]);
    expect(refused([[1], undefined])).toThrow(/wanted +a sequence[\s\S]*position +1/);
    expect(refused([3])).toThrow(ValueError);
    expect(refused([tensor(3)])).toThrow(ValueError);
    expect(refused([[1], tensor([1])])).toThrow(ValueError);
    expect(refused([[[1, 2]], [[3]]])).toThrow(ShapeError);
    expect(refused([[1], [256]])).toThrow(DTypeError);
    expect(() => padded<Int32Array>({ value: 0.5 })([Int32Array.of(1, 2), Int32Array.of(1)])).toThrow(DTypeError);
  });
});
