import type * as core from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { x, unary, work, atIndex } from "./operands.ts";

const { count, dtype, list, number, optional, shape, tensorOf } = kind;

/** Rows of tensors, their numbers, and memory. */
export const making = {
  // Tensors, and numbers out of them
  isTensor: call({ value: kind.anything(1) }),
  sizeOf: call({ shape: shape([2, 3]) }),
  arange: call({
    start: kind.finite(0),
    stop: optional(kind.finite(4)),
    step: optional(kind.finite(1)),
    dtype: optional(dtype),
  }),
  linspace: call({ start: number(0), stop: number(1), count: count(3) }),
  eye: call({ rows: count(3), columns: optional(count(2)) }),
  fromArray: call({
    values: kind.given(
      () => new Float32Array(6),
      "an array of numbers",
      "an empty array",
      "a Float32Array",
      "a Uint8Array",
      "an array with holes",
    ),
    shape: optional(shape([2, 3])),
    dtype: optional(dtype),
  }),
  full: call({
    shape: shape([2, 3]),
    value: { ...number(2), takes: [...number(2).takes, "true", "false"] },
    dtype: optional(dtype),
  }),
  zeros: call({ shape: shape([2, 3]), dtype: optional(dtype) }),
  ones: call({ shape: shape([2, 3]), dtype: optional(dtype) }),
  tensor: call({
    values: kind.given(
      () => [1, 2],
      "zero",
      "two",
      "minus seven",
      "half",
      "NaN",
      "Infinity",
      "2 ** 40",
      "true",
      "false",
      "an array of numbers",
      "an array of arrays",
      "an empty array",
    ),
    dtype: optional(dtype),
  }),
  zerosLike: unary,
  onesLike: unary,
  borrow: call({ x, read: work }),
  data: unary,
  item: call({ x: tensorOf([1]) }),
  toArray: unary,
  assign: call({ target: x, source: tensorOf([3]) }),
  at: call({ x, indices: list(atIndex, 1, "an array of numbers") }),
  range: call({ start: optional(kind.whole(0)), stop: optional(kind.whole(2)), step: optional(kind.whole(1)) }),

  // Memory, and what runs inside of something

  scope: call({ f: work }),
  openScope: call({}),
  trapNonFinite: call({ f: work }),
  unowned: call({ f: work }),
  capture: call({ f: work }),
  memory: call({}),
  tensorsIn: call({ value: kind.anything(1) }),
  refusePromise: call({ op: kind.anything("test"), value: kind.anything(1) }),
} satisfies Partial<Rows<typeof core>>;
