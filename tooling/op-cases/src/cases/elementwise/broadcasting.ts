import { type AnyTensor, DTypeError, type Shape, ShapeError, type Tensor } from "@unfoldjs/tensor-core";
import { type Draw, integers, truth } from "../../draw.ts";
import { type OpCase, opCase, type Written } from "../../op-case.ts";
import { map, zip } from "../../reference/exact.ts";

type UnaryDraws = readonly [Draw<"f32">];
type BinaryDraws = readonly [Draw<"f32">, Draw<"f32">];

/** Long enough for whole vectors and a rest, short, and a scalar. */
const UNARY_SHAPES: readonly Shape[] = [[4, 33], [2, 3, 1], []];
/** Equal shapes, a row, a column, both stretched, a scalar on either side. */
const BINARY_SHAPES: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3, 5],
    [2, 3, 5],
  ],
  [[3, 7], [7]],
  [
    [3, 7],
    [3, 1],
  ],
  [
    [4, 1],
    [1, 5],
  ],
  [[], [2, 5]],
  [[2, 5], []],
];
/** Nothing along each axis; for two operands nothing in both, in one, and where the other is stretched to nothing. */
const EMPTY_UNARY: readonly { readonly inputs: readonly [Shape] }[] = [
  { inputs: [[0]] },
  { inputs: [[0, 3]] },
  { inputs: [[2, 0, 4]] },
];
const EMPTY_BINARY: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 0],
    [2, 0],
  ],
  [[0, 3], [3]],
  [
    [2, 1],
    [1, 0],
  ],
  [[], [0]],
];
const LARGE = [512, 512] as const;

/** Elements that special cases of a formula are about. */
export const SPECIAL: readonly number[] = [0, -0, 1, -1, Infinity, -Infinity, NaN, 88, -88, 1e-20, 1e20];

/** A function of one f32, element by element. */
export function unaryCase(
  draw: Draw<"f32">,
  call: (x: Tensor<Shape>) => AnyTensor,
  reference: (x: number) => number,
  rest: Partial<Pick<Written<UnaryDraws, undefined>, "gradient" | "rows">> = {},
): OpCase {
  const { gradient = "second", rows = [] } = rest;
  return opCase<UnaryDraws>({
    draws: [draw],
    call: ([x]) => call(x),
    reference: ([x]) => map(x, reference),
    gradient,
    rows: [...UNARY_SHAPES.map((shape): { inputs: [Shape] } => ({ inputs: [shape] })), ...rows],
    empty: EMPTY_UNARY,
    errors: [{ inputs: [{ shape: [2, 3], draw: truth }], throws: DTypeError, message: /takes f32/ }],
    speed: [{ inputs: [LARGE] }, { inputs: [[16]] }],
  });
}

/** A function of one i32, element by element. */
export function unaryIntegerCase(
  call: (x: Tensor<Shape, "i32">) => AnyTensor,
  reference: (x: number) => number,
): OpCase {
  return opCase({
    variant: "i32",
    draws: [integers(-50, 50)],
    call: ([x]) => call(x),
    reference: ([x]) => map(x, reference),
    gradient: { none: "whole numbers" },
    rows: [{ inputs: [[4, 33]] }],
    empty: EMPTY_UNARY,
  });
}

/** A function of two f32s, element by element. */
export function binaryCase(
  draws: BinaryDraws,
  call: (a: Tensor<Shape>, b: Tensor<Shape>) => AnyTensor,
  reference: (a: number, b: number) => number,
  rest: Partial<Pick<Written<BinaryDraws, undefined>, "gradient" | "rows">> = {},
): OpCase {
  const { gradient = "second", rows = [] } = rest;
  return opCase<BinaryDraws>({
    draws,
    call: ([a, b]) => call(a, b),
    reference: (inputs) => zip(inputs, reference),
    gradient,
    rows: [...BINARY_SHAPES.map((inputs) => ({ inputs })), ...rows],
    empty: EMPTY_BINARY.map((inputs) => ({ inputs })),
    errors: [
      { inputs: [[2, 3], [4]], throws: ShapeError, message: /sizes 3 and 4 \(axis -1\) do not broadcast/ },
      { inputs: [{ shape: [2], draw: integers(0, 9) }, [2]], throws: DTypeError, message: /same dtype/ },
    ],
    speed: [{ inputs: [LARGE, LARGE] }, { inputs: [LARGE, [512]] }, { inputs: [[16], [16]] }],
  });
}

/** A function of two i32s, element by element. */
export function binaryIntegerCase(
  call: (a: Tensor<Shape, "i32">, b: Tensor<Shape, "i32">) => AnyTensor,
  reference: (a: number, b: number) => number,
): OpCase {
  return opCase({
    variant: "i32",
    draws: [integers(-50, 50), integers(-5, 5)],
    call: ([a, b]) => call(a, b),
    reference: (inputs) => zip(inputs, reference),
    gradient: { none: "whole numbers" },
    rows: BINARY_SHAPES.map((inputs) => ({ inputs })),
    empty: EMPTY_BINARY.map((inputs) => ({ inputs })),
  });
}
