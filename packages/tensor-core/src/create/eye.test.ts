import { expect, expectTypeOf, test } from "vitest";
import { eye, memory, type Tensor } from "../index.node.ts";

test("an identity is square, wide or tall, and says so in its type", () => {
  const before = memory().tensors;
  const [square, wide, tall] = [eye(2), eye(2, 3), eye(3, 2)];
  expectTypeOf(square).toEqualTypeOf<Tensor<[2, 2]>>();
  expectTypeOf(wide).toEqualTypeOf<Tensor<[2, 3]>>();
  expectTypeOf(tall).toEqualTypeOf<Tensor<[3, 2]>>();
  expect(square.toArray()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect(wide.toArray()).toEqual([
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(tall.toArray()).toEqual([
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
  expect([eye(0, 2).shape, eye(2, 0).shape]).toEqual([
    [0, 2],
    [2, 0],
  ]);
  expect(memory().tensors).toBe(before + 5);
});
