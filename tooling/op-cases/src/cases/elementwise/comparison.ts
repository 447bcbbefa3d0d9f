import {
  type AnyTensor,
  type comparisonOps,
  DTypeError,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  notEqual,
  type Shape,
  ShapeError,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { type Draw, elements, integers, truth } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { zip } from "../../reference/exact.ts";

const none = { none: "truth values" } as const;
/** Ties, infinities and NaN against each other. */
const left = elements([0, 1, -1, 2, NaN, Infinity, -Infinity]);
const right = elements([0, 2, -1, -0, Infinity]);
const SHAPES: readonly (readonly [Shape, Shape])[] = [
  [
    [5, 7],
    [5, 7],
  ],
  [[5, 7], [7]],
  [
    [4, 1],
    [1, 9],
  ],
  [[2, 5], []],
];
const EMPTY: readonly (readonly [Shape, Shape])[] = [
  [[0, 2], [2]],
  [
    [3, 0],
    [3, 1],
  ],
];

type Comparison = <D extends "f32" | "i32" | "u8">(a: Tensor<Shape, D>, b: Tensor<Shape, D>) => AnyTensor;

function ofEachDType(call: Comparison, reference: (a: number, b: number) => boolean): OpCase[] {
  const of = <D extends "f32" | "i32" | "u8">(variant: D, draws: readonly [Draw<D>, Draw<D>]): OpCase =>
    opCase<readonly [Draw<D>, Draw<D>]>({
      variant,
      draws,
      call: ([a, b]) => call<D>(a, b),
      reference: (inputs) => zip(inputs, (a, b) => Number(reference(a, b))),
      gradient: none,
      rows: SHAPES.map((inputs) => ({ inputs })),
      empty: EMPTY.map((inputs) => ({ inputs })),
      errors: [
        { inputs: [[2, 3], [4]], throws: ShapeError, message: /do not broadcast/ },
        { inputs: [[2, 3], { shape: [3], draw: truth }], throws: DTypeError, message: /same dtype/ },
      ],
    });
  return [
    of("f32", [left, right]),
    of("i32", [integers(-3, 3), integers(-3, 3)]),
    of("u8", [integers(0, 4, "u8"), integers(0, 4, "u8")]),
  ];
}

function logicalCase(
  call: (a: Tensor<Shape, "bool">, b: Tensor<Shape, "bool">) => AnyTensor,
  reference: (a: boolean, b: boolean) => boolean,
): OpCase {
  return opCase({
    draws: [truth, truth],
    call: ([a, b]) => call(a, b),
    reference: (inputs) => zip(inputs, (a, b) => Number(reference(a === 1, b === 1))),
    gradient: none,
    rows: SHAPES.map((inputs) => ({ inputs })),
    empty: EMPTY.map((inputs) => ({ inputs })),
    errors: [
      { inputs: [[2, 3], [4]], throws: ShapeError, message: /do not broadcast/ },
      { inputs: [{ shape: [2], draw: left }, [2]], throws: DTypeError, message: /takes bool/ },
    ],
  });
}

export const comparisonCases: CasesOf<typeof comparisonOps> = {
  equal: ofEachDType(
    (a, b) => equal(a, b),
    (a, b) => a === b,
  ),
  notEqual: ofEachDType(
    (a, b) => notEqual(a, b),
    (a, b) => a !== b,
  ),
  less: ofEachDType(
    (a, b) => less(a, b),
    (a, b) => a < b,
  ),
  lessEqual: ofEachDType(
    (a, b) => lessEqual(a, b),
    (a, b) => a <= b,
  ),
  greater: ofEachDType(
    (a, b) => greater(a, b),
    (a, b) => a > b,
  ),
  greaterEqual: ofEachDType(
    (a, b) => greaterEqual(a, b),
    (a, b) => a >= b,
  ),
  logicalAnd: logicalCase(
    (a, b) => logicalAnd(a, b),
    (a, b) => a && b,
  ),
  logicalOr: logicalCase(
    (a, b) => logicalOr(a, b),
    (a, b) => a || b,
  ),
  logicalXor: logicalCase(
    (a, b) => logicalXor(a, b),
    (a, b) => a !== b,
  ),
};
