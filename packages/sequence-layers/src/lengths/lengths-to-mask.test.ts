import { DTypeError, IndexError, ShapeError, tensor, zeros } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { lengthsToMask } from "./lengths-to-mask.ts";

test("steps before a sequence's end are its own", () => {
  const mask = lengthsToMask(tensor([0, 2, 3], "i32"), 4);
  expect(mask.dtype).toBe("bool");
  expect(mask.toArray()).toEqual([
    [false, false, false, false],
    [true, true, false, false],
    [true, true, true, false],
  ]);
});

test("as many steps as the longest has, unless said", () => {
  expect(lengthsToMask(tensor([1, 3], "i32")).shape).toEqual([2, 3]);
  expect(lengthsToMask(zeros([0], "i32")).shape).toEqual([0, 0]);
});

test("lengths that come as a view", () => {
  const everySecond = tensor([1, 9, 2, 9], "i32").at("::2");
  expect(lengthsToMask(everySecond).toArray()).toEqual([
    [true, false],
    [true, true],
  ]);
});

test("lengths that cannot be", () => {
  expect(() => lengthsToMask(tensor([1, 5], "i32"), 4)).toThrow(IndexError);
  expect(() => lengthsToMask(tensor([-1], "i32"))).toThrow(IndexError);
  expect(() => lengthsToMask(tensor([[1]], "i32") as never)).toThrow(ShapeError);
  expect(() => lengthsToMask(tensor([1]) as never)).toThrow(DTypeError);
});
