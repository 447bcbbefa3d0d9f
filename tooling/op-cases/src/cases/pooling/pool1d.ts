import {
  adaptiveAvgPool1d,
  adaptiveMaxPool1d,
  avgPool1d,
  avgPool1dGradient,
  DTypeError,
  IndexError,
  maxPool1dGather,
  maxPool1dGradient,
  maxPool1dWithIndices,
  type poolingOps,
  ShapeError,
} from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import type { CasesOf } from "../../op-case.ts";
import { inside } from "../../reference/spatial.ts";
import { avgCases, byPadded, maxCases } from "./ways.ts";

/** Places of which some are none: windows in the padding alone. */
const nowhere = elements([-1, 3, 3, -1, 0, 1], "i32");
const ties = elements([1, 1, NaN, -Infinity, 2, 2, Infinity, 2, -0, 0, 3]);

const max = maxCases({
  axes: 1,
  pool: maxPool1dWithIndices,
  adaptive: adaptiveMaxPool1d,
  gradient: maxPool1dGradient,
  gather: maxPool1dGather,
  rows: {
    pool: {
      rows: [
        { inputs: [[2, 3, 8]], attributes: { options: { kernel: 2 }, windows: [2, 2] } },
        { inputs: [[3, 9]], attributes: { options: { kernel: 3, padding: [1, 0] }, windows: [3, 3, [1, 0]] } },
        { inputs: [[2, 2, 19]], attributes: { options: { kernel: 3, stride: 2, padding: 1 }, windows: [3, 2, 1] } },
        {
          inputs: [[1, 2, 10]],
          attributes: { options: { kernel: [3], stride: [2], ceilMode: true }, windows: [3, 2, 0, 1, true] },
        },
        { inputs: [[1, 1, 9]], attributes: { options: { kernel: 2, stride: 1, dilation: 3 }, windows: [2, 1, 0, 3] } },
        {
          inputs: [{ shape: [1, 2, 33], draw: ties }],
          attributes: { options: { kernel: 2, stride: 1 }, windows: [2, 1] },
          smooth: false,
        },
      ],
      empty: [
        { inputs: [[0, 1, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2] } },
        { inputs: [[2, 0, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2] } },
      ],
      errors: [
        {
          inputs: [[4]],
          attributes: { options: { kernel: 2 }, windows: [2, 2] },
          throws: ShapeError,
          message: /expected 3 axes \(batch, channels, length\)/,
        },
        {
          inputs: [[1, 1, 2]],
          attributes: { options: { kernel: 3 }, windows: [3, 3] },
          throws: ShapeError,
          message: /padded length is 2/,
        },
        {
          inputs: [[1, 1, 0]],
          attributes: { options: { kernel: 2, padding: 1 }, windows: [2, 2, 1] },
          throws: ShapeError,
          message: /empty image/,
        },
        {
          inputs: [{ shape: [1, 1, 4], draw: integers(0, 9) }],
          attributes: { options: { kernel: 2 }, windows: [2, 2] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [{ inputs: [[32, 64, 256]], attributes: { options: { kernel: 2 }, windows: [2, 2] } }],
    },
    adaptive: {
      rows: [
        { inputs: [[2, 2, 7]], attributes: { to: [3] } },
        { inputs: [[1, 1, 2]], attributes: { to: [5] } },
      ],
      empty: [
        { inputs: [[0, 2, 3]], attributes: { to: [2] } },
        { inputs: [[2, 0, 3]], attributes: { to: [2] } },
      ],
      errors: [{ inputs: [[1, 1, 0]], attributes: { to: [1] }, throws: ShapeError, message: /empty image/ }],
    },
    gradient: {
      rows: [
        { inputs: [[1, 2, 6], { shape: [1, 2, 6], draw: nowhere }], attributes: { to: [1, 2, 5] } },
        {
          inputs: [
            [2, 2, 5],
            [2, 2, 5],
          ],
          attributes: { to: [2, 2, 12] },
        },
      ],
      empty: [
        {
          inputs: [
            [0, 1, 2],
            [0, 1, 2],
          ],
          attributes: { to: [0, 1, 4] },
        },
        {
          inputs: [
            [2, 0, 2],
            [2, 0, 2],
          ],
          attributes: { to: [2, 0, 4] },
        },
        {
          inputs: [
            [1, 2, 0],
            [1, 2, 0],
          ],
          attributes: { to: [1, 2, 0] },
        },
      ],
      errors: [
        {
          inputs: [
            [1, 1, 2],
            [1, 1, 3],
          ],
          attributes: { to: [1, 1, 4] },
          throws: ShapeError,
          message: /one index for each/,
        },
        {
          inputs: [[1, 1, 2], { shape: [1, 1, 2], draw: integers(3, 6) }],
          attributes: { to: [1, 1, 3] },
          throws: IndexError,
          message: /from 0 to 2/,
        },
        {
          inputs: [[1, 1, 2], { shape: [1, 1, 2], draw: real }],
          attributes: { to: [1, 1, 3] },
          throws: DTypeError,
          message: /must be i32/,
        },
      ],
    },
    gather: {
      rows: [
        {
          inputs: [
            [2, 2, 12],
            [2, 2, 5],
          ],
        },
        { inputs: [[1, 2, 5], { shape: [1, 2, 6], draw: nowhere }] },
      ],
      empty: [
        {
          inputs: [
            [0, 1, 4],
            [0, 1, 2],
          ],
        },
        {
          inputs: [
            [1, 2, 4],
            [1, 2, 0],
          ],
        },
      ],
      errors: [
        {
          inputs: [
            [1, 2, 4],
            [1, 1, 2],
          ],
          throws: ShapeError,
          message: /batch and channels/,
        },
        { inputs: [[1, 1, 4], { shape: [1, 1, 2], draw: real }], throws: DTypeError, message: /must be i32/ },
      ],
    },
  },
});

const avg = avgCases({
  axes: 1,
  pool: avgPool1d,
  adaptive: adaptiveAvgPool1d,
  gradient: avgPool1dGradient,
  threes: { kind: "sliding", kernel: [3], stride: [2], padding: [1, 1], dilation: [1], ceilMode: false },
  rows: {
    pool: {
      rows: [
        { inputs: [[2, 3, 8]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
        {
          inputs: [[3, 9]],
          attributes: { options: { kernel: 3, padding: [0, 1] }, windows: [3, 3, [0, 1]], divisor: byPadded },
        },
        {
          inputs: [[2, 2, 19]],
          attributes: { options: { kernel: 3, stride: 2, padding: 1 }, windows: [3, 2, 1], divisor: byPadded },
        },
        {
          inputs: [[1, 2, 9]],
          attributes: {
            options: { kernel: 3, stride: 2, padding: [1], countIncludePad: false },
            windows: [3, 2, 1],
            divisor: inside,
          },
        },
        {
          inputs: [[1, 2, 10]],
          attributes: {
            options: { kernel: 3, stride: 2, padding: 1, ceilMode: true },
            windows: [3, 2, 1, 1, true],
            divisor: byPadded,
          },
        },
        {
          inputs: [[1, 1, 5]],
          attributes: { options: { kernel: 2, stride: 1, divisorOverride: 3 }, windows: [2, 1], divisor: () => 3 },
        },
      ],
      empty: [
        { inputs: [[0, 1, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
        { inputs: [[2, 0, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
      ],
      errors: [
        {
          inputs: [[1, 2, 4, 4]],
          attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside },
          throws: ShapeError,
          message: /expected 3 axes \(batch, channels, length\), got 4/,
        },
        {
          inputs: [{ shape: [1, 1, 4], draw: integers(0, 9) }],
          attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
    },
    adaptive: {
      rows: [
        { inputs: [[2, 2, 7]], attributes: { to: [3] } },
        { inputs: [[2, 3, 4]], attributes: { to: [1] } },
      ],
      empty: [
        { inputs: [[0, 2, 3]], attributes: { to: [2] } },
        { inputs: [[2, 0, 3]], attributes: { to: [2] } },
      ],
      errors: [{ inputs: [[1, 1, 0]], attributes: { to: [1] }, throws: ShapeError, message: /empty image/ }],
    },
    gradient: {
      rows: [{ inputs: [[1, 2, 5]], attributes: { to: [1, 2, 9] } }],
      empty: [
        { inputs: [[0, 1, 2]], attributes: { to: [0, 1, 4] } },
        { inputs: [[2, 0, 2]], attributes: { to: [2, 0, 4] } },
      ],
      errors: [
        { inputs: [[1, 2, 4]], attributes: { to: [1, 2, 9] }, throws: ShapeError, message: /gives \[1, 2, 5\]/ },
        {
          inputs: [{ shape: [1, 2, 5], draw: integers(0, 9) }],
          attributes: { to: [1, 2, 9] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
    },
  },
});

export const pool1dCases: Pick<
  CasesOf<typeof poolingOps>,
  "maxPool1d" | "maxPool1dGradient" | "maxPool1dGather" | "avgPool1d" | "avgPool1dGradient"
> = {
  maxPool1d: max.pool,
  maxPool1dGradient: max.gradient,
  maxPool1dGather: max.gather,
  avgPool1d: avg.pool,
  avgPool1dGradient: avg.gradient,
};
