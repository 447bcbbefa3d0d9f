import { describe, expect, test } from "vitest";
import { arange, clamp, DTypeError, fromArray, full, ones, ShapeError, tensor, zeros } from "../index.node.ts";
import { onesLike, zerosLike } from "../index.node.ts";
import { type DType, DTYPES } from "../types/dtype.ts";

const whole = tensor([1, 2], "i32");
const TOO_LARGE = [2 ** 31];

describe("what cannot be an element", () => {
  test.each<[string, () => unknown]>([
    ["tensor", () => tensor([1.5], "i32")],
    ["fromArray", () => fromArray([1.5], [1], "i32")],
    ["full", () => full([2], 1.5, "i32")],
    ["arange", () => arange(0, 2, 0.5, "i32")],
    ["add", () => whole.add(1.5)],
    ["maximum", () => whole.maximum(2 ** 31)],
    ["less", () => whole.less(0.5)],
    ["clamp", () => clamp(whole, 0.5)],
  ])("%s: is refused by its name", (name, call) => {
    expect(call).toThrow(DTypeError);
    expect(call).toThrow(new RegExp(`^${name}: i32 holds whole numbers`));
  });

  test.each<[string, unknown[]]>([
    ["a text", [1, "2"]],
    ["a hole", [1, , 3]], // oxlint-disable-line no-sparse-arrays
    ["nothing", [1, undefined]],
    ["null", [null]],
    ["a list", [[1]]],
  ])("%s in a list is refused by fromArray", (_, values) => {
    expect(() => fromArray(values as number[])).toThrow(/^fromArray: elements must be numbers or truth values/);
  });

  test("a typed array or a tensor in tensor() is told where it belongs", () => {
    expect(() => tensor(Float32Array.of(1) as never)).toThrow(/a Float32Array of 1[^]*fix: fromArray\(values, shape\)/);
    expect(() => tensor([Int32Array.of(1)] as never)).toThrow(/an Int32Array of 1[^]*fix: fromArray\(values, shape\)/);
    expect(() => tensor([ones([2])] as never)).toThrow(/fix: stack\(tensors\)/);
  });
});

test.each<[string, () => unknown]>([
  ["full", () => full(TOO_LARGE, 1)],
  ["zeros", () => zeros(TOO_LARGE)],
  ["ones", () => ones(TOO_LARGE)],
])("%s of more than there can be is refused by its name", (name, call) => {
  expect(call).toThrow(ShapeError);
  expect(call).toThrow(new RegExp(`^${name}: `));
});

test("zerosLike and onesLike have shape and dtype of their tensor", () => {
  expect([zerosLike(whole).toArray(), onesLike(whole).toArray(), onesLike(whole).dtype]).toEqual([
    [0, 0],
    [1, 1],
    "i32",
  ]);
});

test.for(Object.keys(DTYPES) as DType[])("zeros of %s are zeros where other elements lay before", (dtype) => {
  const count = 77;
  const before = full([count], 1, dtype);
  before.dispose(); // the arena hands out the same block again
  expect(zeros([count], dtype).toArray()).toEqual(new Array(count).fill(dtype === "bool" ? false : 0));
});

test("full keeps the sign of a zero", () => {
  expect(full([2], -0).toArray()).toEqual([-0, -0]);
});
