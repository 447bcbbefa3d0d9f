import {
  DTypeError,
  type momentOps,
  norm,
  type Shape,
  ShapeError,
  std,
  type Tensor,
  variance,
} from "@unfoldjs/tensor-core";
import { awayFromZero, type Draw, elements, integers } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase, type Written } from "../../op-case.ts";
import { total } from "../../reference/exact.ts";
import { varianceOf } from "../../reference/composition.ts";
import { type Axes, reduce } from "../../reference/reduce.ts";

type Draws = readonly [Draw<"f32">];

interface Corrected extends Axes {
  readonly correction: number;
}

/** Beyond what f32 holds the squares of, on both sides. */
const far = elements([3e30, -1e30, 2e30, 5e-30, -1e-30, 4e-30, 1e-36, 3e-36, -2e-36]);

const squaresOf = (values: readonly number[], centre: number): number =>
  total(values.map((value) => (value - centre) ** 2));

const errors = [
  { inputs: [[3, 5]], attributes: { axes: 2, correction: 1 }, throws: ShapeError, message: /axis must be in -2…1/ },
  {
    inputs: [{ shape: [3], draw: integers(0, 9) }],
    attributes: { axes: 0, correction: 1 },
    throws: DTypeError,
    message: /takes f32/,
  },
] as const;
const speed = [
  { inputs: [[512, 512]], attributes: { axes: [0, 1], correction: 1 } },
  { inputs: [[512, 512]], attributes: { axes: 0, correction: 1 } },
  { inputs: [[512, 512]], attributes: { axes: 1, correction: 1 } },
] as const;

function varianceCase(
  call: (x: Tensor, axes: Axes["axes"], options: { correction: number; keepDims: boolean }) => Tensor<Shape>,
  f: (values: readonly number[], correction: number) => number,
  rows: Written<Draws, Corrected>["rows"],
): OpCase {
  return opCase<Draws, Corrected>({
    draws: [awayFromZero],
    call: ([x], { axes, keepDims = false, correction }) => call(x, axes, { correction, keepDims }),
    reference: ([x], { correction, ...axes }) => reduce(x, axes, (values) => f(values, correction)),
    gradient: "second",
    rows: [
      { inputs: [[3, 5]], attributes: { axes: 1, correction: 1 } },
      { inputs: [[3, 5]], attributes: { axes: 0, keepDims: true, correction: 0 } },
      { inputs: [[2, 3, 4]], attributes: { axes: [0, -1], correction: 1 } },
      { inputs: [[2, 19]], attributes: { correction: 2.5 } },
      ...rows,
    ],
    empty: [
      { inputs: [[3, 0]], attributes: { axes: 1, correction: 1 }, smooth: false },
      { inputs: [[3, 0]], attributes: { axes: 0, keepDims: true, correction: 1 } },
    ],
    errors,
    speed,
  });
}

export const momentCases: CasesOf<typeof momentOps> = {
  euclideanNorm: opCase<Draws, Axes>({
    publicName: "norm",
    draws: [awayFromZero],
    call: ([x], { axes, keepDims }) => norm(x, 2, axes, keepDims),
    reference: ([x], axes) => reduce(x, axes, (values) => Math.sqrt(squaresOf(values, 0))),
    gradient: "second",
    rows: [
      { inputs: [[3, 5]], attributes: { axes: 1 } },
      { inputs: [[3, 5]], attributes: { axes: 0, keepDims: true } },
      { inputs: [[2, 3, 4]], attributes: { axes: [0, -1] } },
      { inputs: [[2, 19]], attributes: {} },
      { inputs: [[]], attributes: {} },
      { inputs: [{ shape: [3, 3], draw: far }], attributes: { axes: 1 }, smooth: false },
      { inputs: [{ shape: [9, 2], draw: far }], attributes: { axes: 0 }, smooth: false },
    ],
    empty: [
      { inputs: [[3, 0]], attributes: { axes: 1 } },
      { inputs: [[3, 0]], attributes: { axes: 0, keepDims: true } },
    ],
    errors,
    speed,
  }),
  variance: varianceCase((x, axes, options) => variance(x, axes, options), varianceOf, []),
  std: varianceCase(
    (x, axes, options) => std(x, axes, options),
    (values, correction) => Math.sqrt(varianceOf(values, correction)),
    [
      { inputs: [{ shape: [3, 3], draw: far }], attributes: { axes: 1, correction: 1 }, smooth: false },
      { inputs: [{ shape: [9, 2], draw: far }], attributes: { axes: 0, correction: 1 }, smooth: false },
    ],
  ),
};
