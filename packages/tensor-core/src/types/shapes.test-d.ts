import { describe, expectTypeOf, test } from "vitest";
import {
  arange,
  conv2d,
  fromArray,
  matmul,
  ones,
  type Shape,
  sort,
  tensor,
  type Tensor,
  zeros,
} from "../index.node.ts";

// Each `@ts-expect-error` is a call that must not compile: if it does, the comment itself is an error.

const x: Tensor<[64, 10]> = zeros([64, 10]);
const row: Tensor<[10]> = zeros([10]);
const size: number = 64;
const batches: Tensor<[number, 10]> = zeros([size, 10]);
const some: Tensor = x;

describe("creation", () => {
  test("takes sizes as literals", () => {
    expectTypeOf(zeros([2, 3])).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(ones([2, 3], "i32")).toEqualTypeOf<Tensor<[2, 3], "i32">>();
    expectTypeOf(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(tensor([true, false])).toEqualTypeOf<Tensor<[2], "bool">>();
    expectTypeOf(tensor(3)).toEqualTypeOf<Tensor<[]>>();
    expectTypeOf(arange(5)).toEqualTypeOf<Tensor<[number]>>();
  });

  test("takes no dtype from where the result goes", () => {
    const wholeNumbers = (index: Tensor<Shape, "i32">): Tensor<Shape, "i32"> => index;
    expectTypeOf(wholeNumbers(tensor([1, 2], "i32"))).not.toBeAny();
    expectTypeOf(wholeNumbers(arange(0, 3, 1, "i32"))).not.toBeAny();
    // @ts-expect-error: numbers make f32
    expectTypeOf(wholeNumbers(tensor([1, 2]))).not.toBeAny();
    // @ts-expect-error: f32 unless told otherwise
    expectTypeOf(wholeNumbers(zeros([2]))).not.toBeAny();
    // @ts-expect-error: f32 unless told otherwise
    expectTypeOf(wholeNumbers(arange(3))).not.toBeAny();
    // @ts-expect-error: numbers make f32
    expectTypeOf(wholeNumbers(fromArray([1, 2], [2]))).not.toBeAny();
  });

  test("takes the dtype from the typed array", () => {
    expectTypeOf(fromArray(new Int32Array(6), [2, 3])).toEqualTypeOf<Tensor<[2, 3], "i32">>();
    expectTypeOf(fromArray(new Float32Array(6))).toEqualTypeOf<Tensor<[number]>>();
    expectTypeOf(fromArray(new Int8Array(6), [6])).toEqualTypeOf<Tensor<[6], "i8">>();
    expectTypeOf(fromArray(new Uint16Array(6), [6], "bf16")).toEqualTypeOf<Tensor<[6], "bf16">>();
    // @ts-expect-error 16-bit words are the bits of one of two dtypes
    fromArray(new Uint16Array(6), [6], "i32");
  });

  test("reads values, and lends what lies in the heap", () => {
    const half = ones([2], "f16");
    expectTypeOf(half.data()).toEqualTypeOf<Float32Array>();
    expectTypeOf(half.borrow((bits) => bits)).toEqualTypeOf<Uint16Array>();
    expectTypeOf(half.item()).toEqualTypeOf<number>();
  });

  test("does not know what is only known when it runs", () => {
    const sizes: number[] = [2, 3];
    expectTypeOf(zeros(sizes)).toEqualTypeOf<Tensor<Shape>>();
  });
});

describe("assignability", () => {
  test("a tensor of known sizes is a tensor", () => {
    expectTypeOf(x).toExtend<Tensor>();
    expectTypeOf(x).toExtend<Tensor<[number, 10]>>();
    expectTypeOf<Tensor<[64, 10], "i32">>().not.toExtend<Tensor<[64, 10]>>();
    expectTypeOf<Tensor<[64, 10]>>().not.toExtend<Tensor<[64, 11]>>();
    expectTypeOf<Tensor<[64, 10]>>().not.toExtend<Tensor<[64]>>();
  });

  test("its rank is a literal", () => {
    expectTypeOf(x.rank).toEqualTypeOf<2>();
    expectTypeOf(some.rank).toEqualTypeOf<number>();
  });
});

describe("broadcasting", () => {
  test("aligns trailing axes and stretches 1", () => {
    expectTypeOf(x.add(row)).toEqualTypeOf<Tensor<[64, 10]>>();
    expectTypeOf(row.mul(x)).toEqualTypeOf<Tensor<[64, 10]>>();
    expectTypeOf(zeros([64, 1]).sub(zeros([1, 10]))).toEqualTypeOf<Tensor<[64, 10]>>();
    expectTypeOf(x.div(2)).toEqualTypeOf<Tensor<[64, 10]>>();
    expectTypeOf(x.greater(row)).toEqualTypeOf<Tensor<[64, 10], "bool">>();
  });

  test("lets `number` stand for any literal, and keeps the literal", () => {
    expectTypeOf(batches.add(row)).toEqualTypeOf<Tensor<[number, 10]>>();
    expectTypeOf(batches.add(x)).toEqualTypeOf<Tensor<[64, 10]>>();
    expectTypeOf(some.add(row)).toEqualTypeOf<Tensor<Shape>>();
  });

  test("refuses sizes that differ", () => {
    // @ts-expect-error: 10 and 11
    expectTypeOf(x.add(zeros([11]))).not.toBeAny();
    // @ts-expect-error: 64 and 63
    expectTypeOf(x.mul(zeros([63, 1]))).not.toBeAny();
    // @ts-expect-error: 10 and 3, one of them in a shape that is known in part
    expectTypeOf(batches.sub(zeros([3]))).not.toBeAny();
  });

  test("refuses two dtypes", () => {
    // @ts-expect-error: f32 and i32
    expectTypeOf(x.add(zeros([10], "i32"))).not.toBeAny();
  });
});

describe("matmul", () => {
  test("has the rows of the left and the columns of the right", () => {
    expectTypeOf(x.matmul(zeros([10, 3]))).toEqualTypeOf<Tensor<[64, 3]>>();
    expectTypeOf(matmul(zeros([8, 2, 3]), zeros([8, 3, 5]))).toEqualTypeOf<Tensor<[8, 2, 5]>>();
    expectTypeOf(zeros([8, 1, 2, 3]).matmul(zeros([4, 3, 5]))).toEqualTypeOf<Tensor<[8, 4, 2, 5]>>();
    expectTypeOf(batches.matmul(zeros([10, 3]))).toEqualTypeOf<Tensor<[number, 3]>>();
    expectTypeOf(some.matmul(some)).toEqualTypeOf<Tensor<Shape>>();
  });

  test("takes vectors as rows and columns", () => {
    expectTypeOf(x.matmul(row)).toEqualTypeOf<Tensor<[64]>>();
    expectTypeOf(row.matmul(row)).toEqualTypeOf<Tensor<[]>>();
    expectTypeOf(row.matmul(zeros([10, 4]))).toEqualTypeOf<Tensor<[4]>>();
  });

  test("refuses columns that are not the right's rows", () => {
    // @ts-expect-error: 10 columns on the left, 64 rows on the right
    expectTypeOf(x.matmul(x)).not.toBeAny();
    // @ts-expect-error: 10 columns on the left, 9 rows on the right
    expectTypeOf(x.matmul(zeros([9]))).not.toBeAny();
    // @ts-expect-error: 10 columns on the left, 9 rows on the right, though the batch is not known
    expectTypeOf(batches.matmul(zeros([9, 2]))).not.toBeAny();
    // @ts-expect-error: batches of 8 and 7
    expectTypeOf(zeros([8, 2, 3]).matmul(zeros([7, 3, 5]))).not.toBeAny();
  });
});

describe("views", () => {
  test("permute exchanges sizes", () => {
    expectTypeOf(zeros([2, 3, 4]).permute(2, 0, 1)).toEqualTypeOf<Tensor<[4, 2, 3]>>();
    expectTypeOf(zeros([2, 3, 4]).permute(-1, 0, 1)).toEqualTypeOf<Tensor<[4, 2, 3]>>();
    expectTypeOf(batches.permute(1, 0)).toEqualTypeOf<Tensor<[10, number]>>();
  });

  test("transpose exchanges the last two", () => {
    expectTypeOf(x.transpose()).toEqualTypeOf<Tensor<[10, 64]>>();
    expectTypeOf(zeros([2, 3, 4]).transpose()).toEqualTypeOf<Tensor<[2, 4, 3]>>();
    expectTypeOf(zeros([2, 3, 4]).transpose(0, 1)).toEqualTypeOf<Tensor<Shape>>();
  });

  test("reshape has the sizes it is given, and works out -1 only when it runs", () => {
    expectTypeOf(x.reshape([640])).toEqualTypeOf<Tensor<[640]>>();
    expectTypeOf(x.reshape([-1, 5])).toEqualTypeOf<Tensor<[number, 5]>>();
  });

  test("a transposed result meets its checks", () => {
    expectTypeOf(x.transpose().matmul(x)).toEqualTypeOf<Tensor<[10, 10]>>();
    // @ts-expect-error: 64 columns on the left, 10 rows on the right
    expectTypeOf(x.transpose().matmul(x.transpose())).not.toBeAny();
  });
});

describe("reductions", () => {
  test("drop the axis, from either end", () => {
    expectTypeOf(x.sum(0)).toEqualTypeOf<Tensor<[10]>>();
    expectTypeOf(x.mean(-1)).toEqualTypeOf<Tensor<[64]>>();
    expectTypeOf(x.max(1, true)).toEqualTypeOf<Tensor<[64, 1]>>();
    expectTypeOf(x.sum()).toEqualTypeOf<Tensor<[]>>();
    expectTypeOf(x.argmax(1)).toEqualTypeOf<Tensor<[64], "i32">>();
    expectTypeOf(x.argmin(0, true)).toEqualTypeOf<Tensor<[1, 10], "i32">>();
  });

  test("count truth values as i32", () => {
    expectTypeOf(x.greater(0).sum(1)).toEqualTypeOf<Tensor<[64], "i32">>();
  });

  test("keep what a further step needs", () => {
    expectTypeOf(x.sub(x.mean(1, true))).toEqualTypeOf<Tensor<[64, 10]>>();
    // @ts-expect-error: [64, 10] and [64]
    expectTypeOf(x.sub(x.mean(1))).not.toBeAny();
  });

  test("give up where the axis is only known when it runs", () => {
    const axis: number = 1;
    expectTypeOf(x.sum(axis)).toEqualTypeOf<Tensor<Shape>>();
    expectTypeOf(x.sum([0, 1])).toEqualTypeOf<Tensor<Shape>>();
  });
});

describe("methods", () => {
  test("keep the shape where the op does", () => {
    expectTypeOf(x.relu()).toEqualTypeOf<Tensor<[64, 10]>>();
    expectTypeOf(x.to("i32")).toEqualTypeOf<Tensor<[64, 10], "i32">>();
    expectTypeOf(x.sort(0).values).toEqualTypeOf<Tensor<[64, 10]>>();
    expectTypeOf(sort(zeros([3], "i32")).values).toEqualTypeOf<Tensor<[3], "i32">>();
    expectTypeOf(x.sort().indices).toEqualTypeOf<Tensor<[64, 10], "i32">>();
    expectTypeOf(x.greater(0).data()).toEqualTypeOf<Uint8Array>();
  });

  test("of f32 are not there for others", () => {
    // @ts-expect-error: exp of i32
    expectTypeOf(zeros([3], "i32").exp()).not.toBeAny();
  });
});

test("conv2d knows its batch and filters", () => {
  expectTypeOf(conv2d(zeros([32, 3, 28, 28]), zeros([6, 3, 5, 5]))).toEqualTypeOf<Tensor<[32, 6, number, number]>>();
});
