import { type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expectTypeOf, test } from "vitest";
import { type Batches, batches } from "./batches.ts";
import type { BatchingSource } from "./examples.ts";
import { padded, type Padded } from "./padded.ts";
import { stacked } from "./stacked.ts";
import { tabular } from "./tabular.ts";

// Each `@ts-expect-error` is a call that must not compile: if it does, the comment itself is an error.

type BatchOf<B> = B extends Batches<infer Batch> ? Batch : never;

const reviews = [
  { words: [1, 2, 3], stars: 4, title: "x", good: true, bytes: new Uint8Array(2), point: tensor([1, 2]) },
];

describe("batches", () => {
  test("have the types of the stacked fields", () => {
    const all = batches(reviews, 2);
    type Batch = BatchOf<typeof all>;
    expectTypeOf<Batch["words"]>().toEqualTypeOf<Tensor<[number, number]>>();
    expectTypeOf<Batch["stars"]>().toEqualTypeOf<Tensor<[number]>>();
    expectTypeOf<Batch["title"]>().toEqualTypeOf<string[]>();
    expectTypeOf<Batch["good"]>().toEqualTypeOf<Tensor<[number], "bool">>();
    expectTypeOf<Batch["bytes"]>().toEqualTypeOf<Tensor<[number, number], "u8">>();
    expectTypeOf<Batch["point"]>().toEqualTypeOf<Tensor<[number, 2]>>();
    expectTypeOf(batches([1, 2], 2)).toEqualTypeOf<Batches<Tensor<[number]>>>();
    expectTypeOf(batches({ length: 1, get: () => [[1]] }, 2)).toEqualTypeOf<
      Batches<Tensor<[number, number, number]>>
    >();
  });

  test("have classes in fields of labels", () => {
    const all = batches([{ label: 1, labels: [1], price: 2 }], 1);
    type Batch = BatchOf<typeof all>;
    expectTypeOf<Batch["label"]>().toEqualTypeOf<Tensor<[number], "i32">>();
    expectTypeOf<Batch["labels"]>().toEqualTypeOf<Tensor<[number, number], "i32">>();
    expectTypeOf<Batch["price"]>().toEqualTypeOf<Tensor<[number]>>();
    const floats = batches([{ label: 1 }], 1, { collate: { label: stacked("f32") } });
    expectTypeOf<BatchOf<typeof floats>["label"]>().toEqualTypeOf<Tensor<[number], "f32">>();
  });

  test("have the types that columns make", () => {
    const all = batches(reviews, 2, {
      collate: { words: padded({ dtype: "i32" }), stars: stacked("i32") },
      bucketBy: ({ words }) => words.length,
    });
    type Batch = BatchOf<typeof all>;
    expectTypeOf<Batch["words"]>().toEqualTypeOf<Padded<number[], "i32">>();
    expectTypeOf<Batch["words"]["values"]>().toEqualTypeOf<Tensor<[number, number], "i32">>();
    expectTypeOf<Batch["stars"]>().toEqualTypeOf<Tensor<[number], "i32">>();
    expectTypeOf<Batch["title"]>().toEqualTypeOf<string[]>();
    // @ts-expect-error -- there is no such field
    batches(reviews, 2, { collate: { wrds: stacked() } });
    // @ts-expect-error -- a number is no sequence
    batches(reviews, 2, { collate: { stars: padded() } });
  });

  test("have the type that a function or a source makes", () => {
    const collated = batches(reviews, 2, { collate: (examples, indices) => ({ count: examples.length, indices }) });
    expectTypeOf<BatchOf<typeof collated>>().toEqualTypeOf<{ count: number; indices: Int32Array }>();
    const source: BatchingSource<{ images: Tensor<[number, 1, 28, 28]> }> = {
      length: 1,
      batch: () => ({ images: tensor([0]).reshape([1, 1, 1, 1]).expand([1, 1, 28, 28]) }),
    };
    expectTypeOf(batches(source, 2)).toEqualTypeOf<Batches<{ images: Tensor<[number, 1, 28, 28]> }>>();
  });

  test("of a table of tensors have their sizes", () => {
    const table = tabular(
      { x: tensor([[1, 2]]), y: tensor([1], "i32"), z: { data: [1, 2], shape: [1, 2] as const } },
      { dtypes: { z: "u8" } },
    );
    type Batch = BatchOf<Batches<ReturnType<(typeof table)["batch"]>>>;
    expectTypeOf<Batch["x"]>().toEqualTypeOf<Tensor<[number, 2]>>();
    expectTypeOf<Batch["y"]>().toEqualTypeOf<Tensor<[number], "i32">>();
    expectTypeOf<Batch["z"]>().toEqualTypeOf<Tensor<[number, 2], "u8">>();
    const ofAny = tabular({ x: tensor([[1, 2]]) as Tensor });
    expectTypeOf<ReturnType<(typeof ofAny)["batch"]>["x"]>().toEqualTypeOf<Tensor<[number, ...number[]]>>();
  });

  test("of a table have its fields", () => {
    const table = tabular(
      {
        x: [[1, 2]],
        y: [3],
        z: new Int32Array(1),
        columns: { a: [1] },
        image: { data: new Uint8Array(4), shape: [1, 2, 2] },
      },
      { dtypes: { y: "i32" } },
    );
    expectTypeOf(table).toEqualTypeOf<
      BatchingSource<{
        readonly x: Tensor<[number, number]>;
        readonly y: Tensor<[number], "i32">;
        readonly z: Tensor<[number], "i32">;
        readonly columns: Tensor<[number, number]>;
        readonly image: Tensor<[number, ...number[]], "u8">;
      }>
    >();
  });
});
