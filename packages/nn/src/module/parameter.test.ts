import {
  type DType,
  DTypeError,
  isTensor,
  memory,
  ones,
  scope,
  type Shape,
  type Tensor,
  tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Buffer, isBuffer } from "./buffer.ts";
import { isParameter, Parameter } from "./parameter.ts";

describe("a parameter", () => {
  test.each(["i32", "u8", "bool", "f16", "bf16", "i8"] as const)("refuses %s, whose bytes are no f32s", (dtype) => {
    const values: Tensor<Shape, DType> = tensor([1, 0]).to(dtype);
    expect(() => new Parameter(values as Tensor)).toThrow(DTypeError);
  });

  test("is a tensor that outlives scopes", () => {
    const weight = scope(() => ({ made: new Parameter(ones([2, 3])) }).made.keep());
    const other = scope(() => {
      const inner = new Parameter(ones([2]));
      return () => inner;
    })();
    expect([isTensor(weight), isParameter(weight), isParameter(ones([1]))]).toEqual([true, true, false]);
    expect(other.mul(2).toArray()).toEqual([2, 2]);
  });

  test("has memory of its own where it is made from a part of a tensor", () => {
    const all = tensor([
      [1, 2],
      [3, 4],
    ]);
    const column = new Parameter(all.at(":", 0));
    column.assign(zeros([2]));
    expect(all.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(column.isContiguous).toBe(true);
  });

  test("gives its gradient back when it is frozen, and all when it is disposed", () => {
    const before = memory().bytes;
    const weight = scope(() => new Parameter(ones([8])));
    weight.grad = ones([8]).keep();
    weight.frozen = true;
    expect(weight.grad).toBeUndefined();
    weight.grad = ones([8]).keep();
    weight.dispose();
    expect(memory().bytes).toBe(before);
  });
});

describe("a buffer", () => {
  test("keeps its dtype, and outlives scopes", () => {
    const steps = scope(() => new Buffer(zeros([1], "i32")));
    expect([steps.dtype, steps.persistent, isBuffer(steps), steps.toArray()]).toEqual(["i32", true, true, [0]]);
  });
});
