import { describe, expectTypeOf, test } from "vitest";
import { concat, max, stack, type Shape, tensor, type Tensor, zeros } from "../index.node.ts";

// What is only known to be one of several: each result that is possible is inferred, and a call that may be right compiles.

declare const axis: 0 | 1;
declare const end: 0 | -1;
declare const keep: boolean;
declare const cube: Tensor<[2, 3, 4]>;
declare const rows: Tensor<[2, 3] | [4]>;
declare const sized: Tensor<[2 | 3, 4]>;

describe("one of several axes", () => {
  test("of a reduction", () => {
    expectTypeOf(cube.sum(axis)).toEqualTypeOf<Tensor<[3, 4] | [2, 4]>>();
    expectTypeOf(cube.sum(end)).toEqualTypeOf<Tensor<[3, 4] | [2, 3]>>();
    expectTypeOf(cube.mean(axis, true)).toEqualTypeOf<Tensor<[1, 3, 4] | [2, 1, 4]>>();
    expectTypeOf(cube.max(0, keep)).toEqualTypeOf<Tensor<[1, 3, 4] | [3, 4]>>();
    expectTypeOf(cube.argmax(axis)).toEqualTypeOf<Tensor<[3, 4] | [2, 4], "i32">>();
    expectTypeOf(cube.std(axis)).toEqualTypeOf<Tensor<[3, 4] | [2, 4]>>();
    expectTypeOf(cube.logSumExp(axis)).toEqualTypeOf<Tensor<[3, 4] | [2, 4]>>();
  });

  test("in a list, of which every axis goes", () => {
    expectTypeOf(cube.sum([axis])).toEqualTypeOf<Tensor<[3, 4] | [2, 4]>>();
    expectTypeOf(cube.sum([2, axis])).toEqualTypeOf<Tensor<[3] | [2]>>();
    expectTypeOf(cube.sum([axis, 2], true)).toEqualTypeOf<Tensor<[1, 3, 1] | [2, 1, 1]>>();
    expectTypeOf(max(cube, [axis])).toEqualTypeOf<Tensor<[3, 4] | [2, 4]>>();
  });

  test("of a view", () => {
    expectTypeOf(cube.unsqueeze(end)).toEqualTypeOf<Tensor<[1, 2, 3, 4] | [2, 3, 4, 1]>>();
    expectTypeOf(zeros([1, 2, 1]).squeeze(end)).toEqualTypeOf<Tensor<[2, 1] | [1, 2]>>();
    expectTypeOf(zeros([1, 2, 1]).squeeze([1, end])).toEqualTypeOf<Tensor<[2, 1] | [1, 2]>>();
    expectTypeOf(cube.slice(axis, 1)).toEqualTypeOf<Tensor<[number, 3, 4] | [2, number, 4]>>();
    expectTypeOf(cube.transpose(axis, 2)).toEqualTypeOf<Tensor<[4, 3, 2] | [2, 4, 3]>>();
    expectTypeOf(cube.flatten(axis)).toEqualTypeOf<Tensor<[24] | [2, 12]>>();
    expectTypeOf(cube.flatten(0, axis)).toEqualTypeOf<Tensor<[2, 3, 4] | [6, 4]>>();
  });

  test("of what picks and joins", () => {
    const positions = tensor([1, 1, 0, 0, 0], "i32");
    expectTypeOf(cube.indexSelect(axis, positions)).toEqualTypeOf<Tensor<[5, 3, 4] | [2, 5, 4]>>();
    expectTypeOf(cube.topk(2, end).values).toEqualTypeOf<Tensor<[2, 3, 4] | [2, 3, 2]>>();
    expectTypeOf(concat([cube, cube], axis)).toEqualTypeOf<Tensor<[4, 3, 4] | [2, 6, 4]>>();
    expectTypeOf(stack([cube, cube], end)).toEqualTypeOf<Tensor<[2, 2, 3, 4] | [2, 3, 4, 2]>>();
  });

  test("is refused if there is one that is not there", () => {
    // @ts-expect-error: no fourth axis
    expectTypeOf(cube.sum(0 as 0 | 3)).not.toBeAny();
    // @ts-expect-error: no fourth axis
    expectTypeOf(cube.sum([0, 3])).not.toBeAny();
  });
});

describe("one of several shapes", () => {
  test("has one of several results", () => {
    expectTypeOf(rows.sum(0)).toEqualTypeOf<Tensor<[3] | []>>();
    expectTypeOf(rows.sum(-1)).toEqualTypeOf<Tensor<[2] | []>>();
    expectTypeOf(rows.sum([-1], true)).toEqualTypeOf<Tensor<[2, 1] | [1]>>();
    expectTypeOf(rows.unsqueeze(-1)).toEqualTypeOf<Tensor<[2, 3, 1] | [4, 1]>>();
    expectTypeOf(rows.flatten()).toEqualTypeOf<Tensor<[6] | [4]>>();
    expectTypeOf(rows.topk(2, -1).values).toEqualTypeOf<Tensor<[2, 2] | [2]>>();
    expectTypeOf(rows.matmul(zeros([3, 5]))).toExtend<Tensor<[2, 5] | [5]>>();
    expectTypeOf(sized.sum(0)).toEqualTypeOf<Tensor<[4]>>();
    expectTypeOf(sized.flatten()).toEqualTypeOf<Tensor<[8 | 12]>>();
  });

  test("is a plain one where the rank of one is not known", () => {
    const some = {} as Tensor<[2, 3] | Shape>;
    expectTypeOf(some.add(zeros([3]))).toEqualTypeOf<Tensor<Shape>>();
    expectTypeOf(some.sum(0).shape).toExtend<Shape>();
  });

  test("fits where one of them fits", () => {
    expectTypeOf(rows.add(rows)).toEqualTypeOf<Tensor<[2, 3] | [4]>>();
    expectTypeOf(rows.add(zeros([3]))).toEqualTypeOf<Tensor<[2, 3]>>();
    expectTypeOf(rows.expand([5, 2, 3])).toEqualTypeOf<Tensor<[5, 2, 3]>>();
    expectTypeOf(rows.reshape([4])).toEqualTypeOf<Tensor<[4]>>();
    expectTypeOf(concat([rows, rows])).toEqualTypeOf<Tensor<[4, 3] | [8]>>();
    expectTypeOf(stack([rows, rows])).toEqualTypeOf<Tensor<[2, 2, 3] | [2, 4]>>();
    expectTypeOf(sized.add(zeros([3, 1]))).toEqualTypeOf<Tensor<[3, 4]>>();
    // @ts-expect-error: neither 3 nor 4
    expectTypeOf(rows.add(zeros([5]))).not.toBeAny();
    // @ts-expect-error: neither 6 elements nor 4
    expectTypeOf(rows.reshape([5])).not.toBeAny();
  });
});
