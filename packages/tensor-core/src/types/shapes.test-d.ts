import { describe, expectTypeOf, test } from "vitest";
import {
  arange,
  at,
  concat,
  conv2d,
  type DType,
  embedding,
  fromArray,
  Generator,
  type Index,
  linear,
  matmul,
  max,
  maxPool2d,
  type Nested,
  oneHot,
  ones,
  permute,
  range,
  reshape,
  type Shape,
  sort,
  stack,
  tensor,
  toArray,
  type Tensor,
  unsqueeze,
  where,
  zeros,
} from "../index.node.ts";

// Each `@ts-expect-error` is a call that must not compile: if it does, the comment itself is an error.

const x: Tensor<[64, 10]> = zeros([64, 10]);
const twice = <D extends DType>(some: Tensor<[64, 10], D>): Tensor<[128, 10], D> => concat([some, some]);
const row: Tensor<[10]> = zeros([10]);
const size: number = 64;
const batches: Tensor<[number, 10]> = zeros([size, 10]);
const some: Tensor = x;
const order: number[] = [1, 0];

describe("creation", () => {
  test("takes sizes as literals", () => {
    expectTypeOf(zeros([2, 3])).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(new Generator(1).normal([2, 3])).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(new Generator(1).integers([2], 0, 9)).toEqualTypeOf<Tensor<[2], "i32">>();
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

  test("divides whole numbers to floats, and raises them to whole numbers", () => {
    const whole = ones([2, 3], "i32");
    expectTypeOf(whole.div(2)).toEqualTypeOf<Tensor<[2, 3], "f32">>();
    expectTypeOf(whole.pow(2)).toEqualTypeOf<Tensor<[2, 3], "i32">>();
    expectTypeOf(ones([2, 3]).div(ones([3]))).toEqualTypeOf<Tensor<[2, 3]>>();
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

describe("at with lists, masks and texts", () => {
  const cube: Tensor<[2, 3, 4]> = zeros([2, 3, 4]);
  const index = zeros([5, 6], "i32");
  const mask = zeros([2, 3], "bool");

  test("keeps what stays, and takes the sizes of positions", () => {
    expectTypeOf(cube.at(":", -1, "1:3")).toEqualTypeOf<Tensor<[2, number]>>();
    expectTypeOf(cube.at(range(1), "...", "::-1")).toEqualTypeOf<Tensor<[number, 3, number]>>();
    expectTypeOf(cube.at([0, 1, 0])).toEqualTypeOf<Tensor<[3, 3, 4]>>();
    expectTypeOf(cube.at(":", index)).toEqualTypeOf<Tensor<[2, 5, 6, 4]>>();
    expectTypeOf(cube.at(mask)).toEqualTypeOf<Tensor<[number, 4]>>();
    expectTypeOf(cube.at("...", [true, false, true, true])).toEqualTypeOf<Tensor<[2, 3, number]>>();
    expectTypeOf(index.at(0)).toEqualTypeOf<Tensor<[6], "i32">>();
  });

  test("says no more than it knows", () => {
    const indices: Index[] = [0];
    expectTypeOf(cube.at(indices[0] ?? 0)).toEqualTypeOf<Tensor<Shape>>();
    expectTypeOf(cube.at([0, 1], [0, 1])).toEqualTypeOf<Tensor<Shape>>();
  });

  test("refuses texts that are no slices, and more than there are axes", () => {
    // @ts-expect-error: no colon
    expectTypeOf((): unknown => cube.at("1")).not.toBeAny();
    // @ts-expect-error: three axes
    expectTypeOf((): unknown => cube.at("...", ":", ":", ":", ":")).not.toBeAny();
  });
});

describe("images", () => {
  const weight = zeros([8, 3, 3, 3]);
  test("have a batch axis or none", () => {
    expectTypeOf(conv2d(zeros([2, 3, 9, 9]), weight)).toEqualTypeOf<Tensor<[2, 8, number, number]>>();
    expectTypeOf(conv2d(zeros([3, 9, 9]), weight)).toEqualTypeOf<Tensor<[8, number, number]>>();
    expectTypeOf(conv2d(some, weight)).toEqualTypeOf<Tensor<Shape>>();
    expectTypeOf(maxPool2d(zeros([3, 9, 9]), { kernel: 2 })).toEqualTypeOf<Tensor<[3, number, number]>>();
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
    expectTypeOf(permute(batches, [1, 0])).toEqualTypeOf<Tensor<[10, number]>>();
    expectTypeOf(x.permute(...order)).toEqualTypeOf<Tensor<[number, number]>>();
    expectTypeOf(some.permute(0, 2)).toEqualTypeOf<Tensor<Shape>>();
    // @ts-expect-error: two axes have no third
    expectTypeOf(x.permute(0, 2)).not.toBeAny();
    // @ts-expect-error: three axes
    expectTypeOf(zeros([2, 3, 4]).permute(0, 2)).not.toBeAny();
    // @ts-expect-error: the first axis twice, once counted from the end
    expectTypeOf(permute(x, [0, -2])).not.toBeAny();
  });

  test("transpose exchanges the last two, or those it is told", () => {
    expectTypeOf(x.transpose()).toEqualTypeOf<Tensor<[10, 64]>>();
    expectTypeOf(zeros([2, 3, 4]).transpose()).toEqualTypeOf<Tensor<[2, 4, 3]>>();
    expectTypeOf(zeros([2, 3, 4]).transpose(0, -1)).toEqualTypeOf<Tensor<[4, 3, 2]>>();
    expectTypeOf(zeros([2, 3, 4]).transpose(size, 0)).toEqualTypeOf<Tensor<[number, number, number]>>();
    expectTypeOf(row.transpose(0, -1)).toEqualTypeOf<Tensor<[10]>>();
    expectTypeOf(tensor(5).transpose(0, -1)).toEqualTypeOf<Tensor<[]>>();
    // @ts-expect-error: no third axis
    expectTypeOf(x.transpose(0, 2)).not.toBeAny();
  });

  test("reshape has the sizes it is given, and works out -1 only when it runs", () => {
    expectTypeOf(x.reshape([640])).toEqualTypeOf<Tensor<[640]>>();
    expectTypeOf(x.reshape([-1, 5])).toEqualTypeOf<Tensor<[number, 5]>>();
    expectTypeOf(reshape(x, [4, 16, 10])).toEqualTypeOf<Tensor<[4, 16, 10]>>();
    expectTypeOf(zeros([64, 784]).reshape([64, 1, 28, 28])).toEqualTypeOf<Tensor<[64, 1, 28, 28]>>();
    expectTypeOf(zeros([0, 3]).reshape([7, 0])).toEqualTypeOf<Tensor<[7, 0]>>();
    expectTypeOf(tensor(1).reshape([1, 1])).toEqualTypeOf<Tensor<[1, 1]>>();
    expectTypeOf(batches.reshape([7])).toEqualTypeOf<Tensor<[7]>>();
    expectTypeOf(x.reshape([size, 3])).toEqualTypeOf<Tensor<[number, 3]>>();
    expectTypeOf(some.reshape([7])).toEqualTypeOf<Tensor<[7]>>();
  });

  test("reshape refuses another number of elements, however many", () => {
    // @ts-expect-error: 12 elements are not 15
    expectTypeOf(zeros([4, 3]).reshape([5, 3])).not.toBeAny();
    // @ts-expect-error: 12 elements are not 15
    expectTypeOf(reshape(zeros([12]), [5, 3])).not.toBeAny();
    // @ts-expect-error: 50,176 elements are not 50,240
    expectTypeOf(zeros([64, 784]).reshape([64, 785])).not.toBeAny();
    // @ts-expect-error: 999,999,000,000 elements are one fewer
    expectTypeOf(zeros([999_999, 1_000_000]).reshape([999_998_999_999])).not.toBeAny();
    expectTypeOf(zeros([999_999, 1_000_000]).reshape([999_999_000_000])).toEqualTypeOf<Tensor<[999_999_000_000]>>();
    // @ts-expect-error: no elements
    expectTypeOf(zeros([0, 3]).reshape([3])).not.toBeAny();
  });

  test("flatten multiplies", () => {
    expectTypeOf(zeros([2, 3, 4]).flatten()).toEqualTypeOf<Tensor<[24]>>();
    expectTypeOf(zeros([64, 3, 32, 32]).flatten(1)).toEqualTypeOf<Tensor<[64, 3072]>>();
    expectTypeOf(zeros([2, 3, 4, 5]).flatten(1, -2)).toEqualTypeOf<Tensor<[2, 12, 5]>>();
    expectTypeOf(zeros([size, 3, 4]).flatten(1)).toEqualTypeOf<Tensor<[number, 12]>>();
    expectTypeOf(batches.flatten()).toEqualTypeOf<Tensor<[number]>>();
    expectTypeOf(tensor(1).flatten()).toEqualTypeOf<Tensor<[1]>>();
    expectTypeOf(some.flatten(1)).toEqualTypeOf<Tensor<Shape>>();
    // @ts-expect-error: no third axis
    expectTypeOf(x.flatten(2)).not.toBeAny();
  });

  test("expand stretches axes of size 1", () => {
    expectTypeOf(zeros([3, 1]).expand([2, 3, 4])).toEqualTypeOf<Tensor<[2, 3, 4]>>();
    expectTypeOf(zeros([3, 1]).expand([-1, 4])).toEqualTypeOf<Tensor<[3, 4]>>();
    expectTypeOf(some.expand([-1, 4])).toEqualTypeOf<Tensor<[number, 4]>>();
    // @ts-expect-error: 3 is not 1
    expectTypeOf(zeros([3, 1]).expand([2, 4])).not.toBeAny();
    // @ts-expect-error: an axis less
    expectTypeOf(zeros([1, 1]).expand([4])).not.toBeAny();
  });

  test("unsqueeze adds an axis, squeeze takes those of size 1", () => {
    expectTypeOf(x.unsqueeze(0)).toEqualTypeOf<Tensor<[1, 64, 10]>>();
    expectTypeOf(unsqueeze(x, -1)).toEqualTypeOf<Tensor<[64, 10, 1]>>();
    expectTypeOf(x.unsqueeze(2)).toEqualTypeOf<Tensor<[64, 10, 1]>>();
    expectTypeOf(x.unsqueeze(size)).toEqualTypeOf<Tensor<[number, number, number]>>();
    expectTypeOf(some.unsqueeze(7)).toEqualTypeOf<Tensor<Shape>>();
    // @ts-expect-error: before the third axis is the last place
    expectTypeOf(x.unsqueeze(3)).not.toBeAny();
    expectTypeOf(zeros([1, 3, 1]).squeeze()).toEqualTypeOf<Tensor<[3]>>();
    expectTypeOf(zeros([1, 3, 1]).squeeze(-1)).toEqualTypeOf<Tensor<[1, 3]>>();
    expectTypeOf(zeros([1, 3, 1]).squeeze(1)).toEqualTypeOf<Tensor<[1, 3, 1]>>();
    expectTypeOf(zeros([1, 3, 1]).squeeze([0, 1])).toEqualTypeOf<Tensor<[3, 1]>>();
    expectTypeOf(batches.squeeze()).toEqualTypeOf<Tensor<Shape>>();
    // @ts-expect-error: no third axis
    expectTypeOf(x.squeeze(2)).not.toBeAny();
  });

  test("slices keep the other sizes", () => {
    expectTypeOf(x.slice(0, 1)).toEqualTypeOf<Tensor<[number, 10]>>();
    expectTypeOf(x.split(8, 1)).toEqualTypeOf<Tensor<[64, number]>[]>();
    // @ts-expect-error: no third axis
    expectTypeOf(x.slice(2, 1)).not.toBeAny();
  });

  test("a transposed result meets its checks", () => {
    expectTypeOf(x.transpose().matmul(x)).toEqualTypeOf<Tensor<[10, 10]>>();
    // @ts-expect-error: 64 columns on the left, 10 rows on the right
    expectTypeOf(x.transpose().matmul(x.transpose())).not.toBeAny();
  });
});

describe("at", () => {
  const cube = zeros([2, 3, 4]);
  const positions = tensor([0, 1, 1], "i32");

  test("takes away, keeps, shortens and adds axes", () => {
    expectTypeOf(cube.at(1)).toEqualTypeOf<Tensor<[3, 4]>>();
    expectTypeOf(cube.at(-1, -1, 0)).toEqualTypeOf<Tensor<[]>>();
    expectTypeOf(cube.at(":", 0)).toEqualTypeOf<Tensor<[2, 4]>>();
    expectTypeOf(cube.at(range(0, 1))).toEqualTypeOf<Tensor<[number, 3, 4]>>();
    expectTypeOf(cube.at(null, 0)).toEqualTypeOf<Tensor<[1, 3, 4]>>();
    expectTypeOf(cube.at("...", 0)).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(cube.at(0, "...", null)).toEqualTypeOf<Tensor<[3, 4, 1]>>();
    expectTypeOf(at(cube, [size])).toEqualTypeOf<Tensor<[3, 4]>>();
  });

  test("takes positions and masks", () => {
    expectTypeOf(cube.at(positions)).toEqualTypeOf<Tensor<[3, 3, 4]>>();
    expectTypeOf(cube.at(0, tensor([[0], [1]], "i32"))).toEqualTypeOf<Tensor<[2, 1, 4]>>(); // prettier-ignore
    expectTypeOf(cube.at(positions.greater(0))).toEqualTypeOf<Tensor<[number, 3, 4]>>();
    expectTypeOf(cube.at(cube.greater(0))).toEqualTypeOf<Tensor<[number]>>();
  });

  test("refuses more indices than axes, as far as it knows them", () => {
    // @ts-expect-error: four indices for three axes
    expectTypeOf(cube.at(0, 0, 0, 0)).not.toBeAny();
    // @ts-expect-error: a number has no axes
    expectTypeOf(tensor(1).at(0)).not.toBeAny();
    expectTypeOf(some.at(0, 0, 0, 0)).toEqualTypeOf<Tensor<Shape>>();
    expectTypeOf(cube.at(...order)).toEqualTypeOf<Tensor<Shape>>();
  });
});

describe("joining", () => {
  test("concat adds along the axis", () => {
    expectTypeOf(concat([zeros([2, 3]), zeros([4, 3])])).toEqualTypeOf<Tensor<[6, 3]>>();
    expectTypeOf(concat([x, x, batches], -1)).toEqualTypeOf<Tensor<[64, 30]>>();
    expectTypeOf(concat([batches, x])).toEqualTypeOf<Tensor<[number, 10]>>();
    expectTypeOf(concat([x, zeros([64, 990])], 1)).toEqualTypeOf<Tensor<[64, 1000]>>();
    expectTypeOf(concat([x, x], size)).toEqualTypeOf<Tensor<[number, number]>>();
    expectTypeOf(concat([some, some])).toEqualTypeOf<Tensor<Shape>>();
    expectTypeOf(concat([x, some])).toEqualTypeOf<Tensor<[number, 10]>>();
    expectTypeOf(concat([zeros([2], "i32"), zeros([1], "i32")])).toEqualTypeOf<Tensor<[3], "i32">>();
    const rows: Tensor<[1, 10]>[] = [];
    expectTypeOf(concat(rows)).toEqualTypeOf<Tensor<[number, 10]>>();
  });

  test("concat refuses misfits", () => {
    // @ts-expect-error: 3 and 4 columns
    expectTypeOf(concat([zeros([2, 3]), zeros([2, 4])])).not.toBeAny();
    // @ts-expect-error: two axes and one
    expectTypeOf(concat([x, row])).not.toBeAny();
    // @ts-expect-error: the third has other columns
    expectTypeOf(concat([x, x, zeros([64, 11])])).not.toBeAny();
    // @ts-expect-error: f32 and i32
    expectTypeOf(concat([x, zeros([64, 10], "i32")])).not.toBeAny();
    expectTypeOf(twice(x)).toEqualTypeOf<Tensor<[128, 10]>>();
    // @ts-expect-error: f32 and i32
    expectTypeOf(stack([row, zeros([10], "i32")])).not.toBeAny();
  });

  test("stack counts", () => {
    expectTypeOf(stack([row, row, row])).toEqualTypeOf<Tensor<[3, 10]>>();
    expectTypeOf(stack([row, row], -1)).toEqualTypeOf<Tensor<[10, 2]>>();
    expectTypeOf(stack([batches, x])).toEqualTypeOf<Tensor<[2, 64, 10]>>();
    const rows: Tensor<[10]>[] = [];
    expectTypeOf(stack(rows)).toEqualTypeOf<Tensor<[number, 10]>>();
    // @ts-expect-error: 10 and 11
    expectTypeOf(stack([row, zeros([11])])).not.toBeAny();
  });
});

describe("picking", () => {
  test("knows what is put in place of an axis", () => {
    const positions = tensor([0, 1, 1], "i32");
    expectTypeOf(x.indexSelect(1, positions)).toEqualTypeOf<Tensor<[64, 3]>>();
    expectTypeOf(x.topk(3).values).toEqualTypeOf<Tensor<[64, 3]>>();
    expectTypeOf(x.topk(3, 0).indices).toEqualTypeOf<Tensor<[3, 10], "i32">>();
    expectTypeOf(oneHot(positions, 5)).toEqualTypeOf<Tensor<[3, 5]>>();
    expectTypeOf(embedding(zeros([100, 16]), positions)).toEqualTypeOf<Tensor<[3, 16]>>();
    // @ts-expect-error: no third axis
    expectTypeOf(x.indexSelect(2, positions)).not.toBeAny();
    // @ts-expect-error: no third axis
    expectTypeOf(x.topk(3, 2)).not.toBeAny();
  });

  test("where broadcasts three", () => {
    expectTypeOf(where(row.greater(0), x, zeros([64, 1]))).toEqualTypeOf<Tensor<[64, 10]>>();
    // @ts-expect-error: 10 and 11
    expectTypeOf(where(row.greater(0), x, zeros([11]))).not.toBeAny();
    // @ts-expect-error: a condition of 11
    expectTypeOf(where(zeros([11]).greater(0), x, x)).not.toBeAny();
  });

  test("linear takes as many features as its weight has columns", () => {
    expectTypeOf(linear(x, zeros([3, 10]))).toEqualTypeOf<Tensor<[64, 3]>>();
    expectTypeOf(linear(some, zeros([3, 10]))).toEqualTypeOf<Tensor<Shape>>();
    // @ts-expect-error: 10 features, 11 columns
    expectTypeOf(linear(x, zeros([3, 11]))).not.toBeAny();
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
    expectTypeOf(x.std(0)).toEqualTypeOf<Tensor<[10]>>();
    expectTypeOf(x.variance(0, { keepDims: true })).toEqualTypeOf<Tensor<[1, 10]>>();
    expectTypeOf(x.norm()).toEqualTypeOf<Tensor<[]>>();
    expectTypeOf(x.norm(2, 1)).toEqualTypeOf<Tensor<[64]>>();
    expectTypeOf(x.logSumExp()).toEqualTypeOf<Tensor<[64]>>();
    expectTypeOf(x.greater(0).any(0)).toEqualTypeOf<Tensor<[10], "bool">>();
  });

  test("drop several axes", () => {
    expectTypeOf(zeros([2, 3, 4]).sum([0, -1])).toEqualTypeOf<Tensor<[3]>>();
    expectTypeOf(zeros([2, 3, 4]).mean([0, 2], true)).toEqualTypeOf<Tensor<[1, 3, 1]>>();
    expectTypeOf(x.sum([])).toEqualTypeOf<Tensor<[64, 10]>>();
  });

  test("refuse an axis that is not there", () => {
    // @ts-expect-error: two axes have no third
    expectTypeOf(x.sum(2)).not.toBeAny();
    // @ts-expect-error: nor one before the first
    expectTypeOf(x.mean(-3)).not.toBeAny();
    // @ts-expect-error: nor one among several
    expectTypeOf(max(x, [0, 2])).not.toBeAny();
    // @ts-expect-error: a number counts as a vector of one, and has no second axis
    expectTypeOf(tensor(1).sum(1)).not.toBeAny();
    expectTypeOf(tensor(1).sum(0)).toEqualTypeOf<Tensor<[]>>();
    // @ts-expect-error: two axes have no third
    expectTypeOf(x.argmax(2)).not.toBeAny();
    // @ts-expect-error: two axes have no third
    expectTypeOf(x.std(2)).not.toBeAny();
    expectTypeOf(some.sum(7)).toEqualTypeOf<Tensor<Shape>>();
  });

  test("count truth values as i32", () => {
    expectTypeOf(x.greater(0).sum(1)).toEqualTypeOf<Tensor<[64], "i32">>();
  });

  test("keep what a further step needs", () => {
    expectTypeOf(x.sub(x.mean(1, true))).toEqualTypeOf<Tensor<[64, 10]>>();
    // @ts-expect-error: [64, 10] and [64]
    expectTypeOf(x.sub(x.mean(1))).not.toBeAny();
  });

  test("keep the rank where the axis is only known when it runs", () => {
    const axis: number = 1;
    expectTypeOf(x.sum(axis)).toEqualTypeOf<Tensor<[number]>>();
    expectTypeOf(x.sum(axis, true)).toEqualTypeOf<Tensor<[number, number]>>();
    expectTypeOf(x.sum(order)).toEqualTypeOf<Tensor<Shape>>();
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

  test("toArray has a level for each axis, as far as the rank is known", () => {
    expectTypeOf(x.toArray()).toEqualTypeOf<number[][]>();
    expectTypeOf(x.sum().toArray()).toEqualTypeOf<number>();
    expectTypeOf(x.greater(0).at(0).toArray()).toEqualTypeOf<boolean[]>();
    expectTypeOf(toArray(zeros([2, 3, 4], "i32"))).toEqualTypeOf<number[][][]>();
    expectTypeOf((x as Tensor).toArray()).toEqualTypeOf<Nested>();
    const either = zeros([2]) as Tensor<[2]> | Tensor<[], "bool">;
    expectTypeOf(either.toArray()).toEqualTypeOf<number[] | boolean>();
  });

  test("a generator's numbers have the shape that was asked for", () => {
    const generator = new Generator(1);
    expectTypeOf(generator.normal([2, 3])).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(generator.uniform([2, 3])).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(generator.integers([2, 3], 0, 4)).toEqualTypeOf<Tensor<[2, 3], "i32">>();
    expectTypeOf(generator.bernoulli([], 0.5)).toEqualTypeOf<Tensor<[]>>();
    expectTypeOf(generator.dropoutMask([2, 3] as Shape, 0.5)).toEqualTypeOf<Tensor>();
  });

  test("of f32 are not there for others", () => {
    // @ts-expect-error: exp of i32
    expectTypeOf(zeros([3], "i32").exp()).not.toBeAny();
  });
});

test("conv2d knows its batch and filters", () => {
  expectTypeOf(conv2d(zeros([32, 3, 28, 28]), zeros([6, 3, 5, 5]))).toEqualTypeOf<Tensor<[32, 6, number, number]>>();
});
