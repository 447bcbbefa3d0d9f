import {
  type Shape,
  DTypeError,
  logSoftmax,
  logSoftmaxGradient,
  logSumExp,
  ShapeError,
  softmax,
  softmaxGradient,
  type softmaxOps,
} from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { type Exact, lines, read, total, upTo, build } from "../../reference/exact.ts";
import { reduce } from "../../reference/reduce.ts";
import { logSoftmaxOf, logSumExpOf, softmaxOf } from "../../reference/softmax.ts";

/** Differences of hundreds, which overflow if exponentials are taken as they come. */
const FAR = elements([1000, 999, -1000, 0, 88, 89]);

function alongAxisCase(call: typeof softmax, reference: (line: readonly number[]) => number[]): OpCase {
  return opCase({
    draws: [real],
    call: ([x], { axis }) => call(x, axis),
    reference: ([x], { axis }) => lines(x, axis, reference),
    gradient: "second",
    rows: [
      { inputs: [[2, 5]], attributes: { axis: -1 } },
      { inputs: [[2, 5]], attributes: { axis: 0 } },
      { inputs: [[2, 3, 4]], attributes: { axis: 1 } },
      { inputs: [[3, 19]], attributes: { axis: 1 } },
      { inputs: [[4]], attributes: { axis: 0 } },
      { inputs: [[3, 1]], attributes: { axis: 1 } },
      { inputs: [{ shape: [2, 6], draw: FAR }], attributes: { axis: 1 }, smooth: false },
    ],
    empty: [
      { inputs: [[0, 3]], attributes: { axis: 1 } },
      { inputs: [[0, 3]], attributes: { axis: 0 } },
      { inputs: [[3, 0]], attributes: { axis: 1 } },
      { inputs: [[0]], attributes: { axis: 0 } },
    ],
    errors: [
      { inputs: [[2, 5]], attributes: { axis: 2 }, throws: ShapeError, message: /axis must be in -2…1/ },
      {
        inputs: [{ shape: [2, 5], draw: integers(0, 9) }],
        attributes: { axis: 1 },
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [{ inputs: [[1024, 1000]], attributes: { axis: -1 } }],
  });
}

/** `slope(y, Σ)` of a line of dy and y, where Σ sums over the line. */
function gradientCase(
  call: typeof softmaxGradient,
  reference: (dy: readonly number[], y: readonly number[]) => number[],
): OpCase {
  const line = (x: Exact, index: readonly number[]): number[] =>
    upTo(x.shape.at(-1) ?? 0).map((at) => read(x, [...index.slice(0, -1), at]));
  return opCase({
    draws: [real, real],
    call: ([dy, y]) => call(dy, y),
    reference: ([dy, y]) =>
      build(y.shape, (index) => reference(line(dy, index), line(y, index))[index.at(-1) ?? 0] ?? NaN),
    gradient: "second",
    rows: [
      {
        inputs: [
          [2, 5],
          [2, 5],
        ],
      },
      {
        inputs: [
          [2, 2, 9],
          [2, 2, 9],
        ],
      },
    ],
    empty: [
      {
        inputs: [
          [0, 3],
          [0, 3],
        ],
      },
      {
        inputs: [
          [2, 0],
          [2, 0],
        ],
      },
    ],
    errors: [
      {
        inputs: [
          [2, 5],
          [5, 2],
        ],
        throws: ShapeError,
        message: /dy must have the shape of y/,
      },
      { inputs: [{ shape: [2, 5], draw: integers(0, 9) }, [2, 5]], throws: DTypeError, message: /takes f32/ },
    ],
  });
}

export const softmaxCases: CasesOf<typeof softmaxOps> = {
  softmax: alongAxisCase(softmax, softmaxOf),
  logSoftmax: alongAxisCase(logSoftmax, logSoftmaxOf),
  logSumExp: opCase<readonly [typeof real], { axis: number | readonly number[]; keepDims: boolean }>({
    draws: [real],
    call: ([x], { axis, keepDims }) => logSumExp<Shape, number | readonly number[], boolean>(x, axis, keepDims),
    reference: ([x], { axis, keepDims }) => reduce(x, { axes: axis, keepDims }, logSumExpOf),
    gradient: "second",
    rows: [
      { inputs: [[2, 5]], attributes: { axis: -1, keepDims: false } },
      { inputs: [[2, 5]], attributes: { axis: 0, keepDims: true } },
      { inputs: [[2, 3, 4]], attributes: { axis: 1, keepDims: false } },
      { inputs: [[2, 3, 4]], attributes: { axis: [0, -1], keepDims: false } },
      { inputs: [[2, 3, 4]], attributes: { axis: [2, 1], keepDims: true } },
      { inputs: [[2, 3]], attributes: { axis: [], keepDims: false } },
      { inputs: [[]], attributes: { axis: -1, keepDims: false } },
      { inputs: [{ shape: [2, 6], draw: FAR }], attributes: { axis: 1, keepDims: false }, smooth: false },
    ],
    empty: [
      { inputs: [[2, 0]], attributes: { axis: 1, keepDims: false } },
      { inputs: [[0, 3]], attributes: { axis: 1, keepDims: true } },
      { inputs: [[0, 3]], attributes: { axis: 0, keepDims: false } },
    ],
    errors: [
      {
        inputs: [[2, 5]],
        attributes: { axis: 2, keepDims: false },
        throws: ShapeError,
        message: /axis must be in -2…1/,
      },
      {
        inputs: [{ shape: [2, 5], draw: integers(0, 9) }],
        attributes: { axis: 1, keepDims: false },
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
  }),
  softmaxGradient: gradientCase(softmaxGradient, (dy, y) => {
    const common = total(dy.map((value, i) => value * (y[i] ?? 0)));
    return y.map((value, i) => value * ((dy[i] ?? 0) - common));
  }),
  logSoftmaxGradient: gradientCase(logSoftmaxGradient, (dy, y) =>
    y.map((value, i) => (dy[i] ?? 0) - Math.exp(value) * total(dy)),
  ),
};
