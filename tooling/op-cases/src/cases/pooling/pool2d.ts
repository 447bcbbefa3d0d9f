import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  avgPool2dGradient,
  DTypeError,
  IndexError,
  maxPool2dGather,
  maxPool2dGradient,
  maxPool2dWithIndices,
  type poolingOps,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { elements, integers, real } from "../../draw.ts";
import type { CasesOf } from "../../op-case.ts";
import { inside } from "../../reference/spatial.ts";
import { avgCases, byPadded, maxCases } from "./ways.ts";

/** Places of which some are none: windows in the padding alone. */
const nowhere = elements([-1, 3, 3, -1, 0, 1], "i32");
const ties = elements([1, 1, NaN, -Infinity, 2, 2, Infinity, 2, -0, 0, 3]);

const max = maxCases({
  axes: 2,
  pool: maxPool2dWithIndices,
  adaptive: adaptiveMaxPool2d,
  gradient: maxPool2dGradient,
  gather: maxPool2dGather,
  rows: {
    pool: {
      rows: [
        {
          inputs: [[1, 2, 6, 7]],
          attributes: { options: { kernel: 3, stride: 2, padding: [1, 0, 0, 1] }, windows: [3, 2, [1, 0, 0, 1]] },
        },
        {
          inputs: [[1, 1, 4, 5]],
          attributes: { options: { kernel: 2, stride: 1, padding: "same" }, windows: [2, 1, [0, 0, 1, 1]] },
        },
        {
          inputs: [[1, 2, 5, 6]],
          attributes: { options: { kernel: 3, stride: 2, padding: "same" }, windows: [3, 2, [1, 0, 1, 1]] },
        },
        {
          inputs: [[2, 1, 2, 5]],
          attributes: { options: { kernel: 3, stride: 2, ceilMode: true }, windows: [3, 2, 0, 1, true] },
        },
        { inputs: [[3, 4, 6]], attributes: { options: { kernel: 2 }, windows: [2, 2] } },
        { inputs: [[2, 3, 6, 8]], attributes: { options: { kernel: 2 }, windows: [2, 2] } },
        { inputs: [[1, 2, 7, 9]], attributes: { options: { kernel: 3, stride: 2, padding: 1 }, windows: [3, 2, 1] } },
        {
          inputs: [[1, 2, 6, 9]],
          attributes: { options: { kernel: 3, stride: 2, ceilMode: true }, windows: [3, 2, 0, 1, true] },
        },
        {
          inputs: [[1, 1, 8, 7]],
          attributes: { options: { kernel: 2, stride: 1, dilation: 3 }, windows: [2, 1, 0, 3] },
        },
        {
          inputs: [[1, 1, 1, 6]],
          attributes: { options: { kernel: 2, stride: 1, padding: 1, dilation: 2 }, windows: [2, 1, 1, 2] },
          smooth: false, // a window in the padding alone is −∞
        },
        {
          inputs: [{ shape: [1, 1, 6, 12], draw: ties }],
          attributes: { options: { kernel: 2 }, windows: [2, 2] },
          smooth: false,
        },
      ],
      empty: [
        { inputs: [[0, 1, 4, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2] } },
        { inputs: [[2, 0, 4, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2] } },
      ],
      errors: [
        {
          inputs: [[3, 4]],
          attributes: { options: { kernel: 2 }, windows: [2, 2] },
          throws: ShapeError,
          message: /expected 4 axes \(batch, channels, height, width\), got 2/,
        },
        {
          inputs: [[1, 1, 2, 4]],
          attributes: { options: { kernel: 3 }, windows: [3, 3] },
          throws: ShapeError,
          message: /padded height is 2/,
        },
        {
          inputs: [[1, 1, 2, 4]],
          attributes: { options: { kernel: 5, stride: 2, ceilMode: true }, windows: [5, 2, 0, 1, true] },
          throws: ShapeError,
          message: /spans 5, the padded height is 2/,
        },
        {
          inputs: [[1, 1, 4, 4]],
          attributes: { options: { kernel: 3, padding: [0, 0, 2, 0] }, windows: [3, 3] },
          throws: ValueError,
          message: /at most half the kernel/,
        },
        {
          inputs: [[1, 1, 0, 4]],
          attributes: { options: { kernel: 2, padding: 1 }, windows: [2, 2, 1] },
          throws: ShapeError,
          message: /empty image/,
        },
        {
          inputs: [[1, 1, 4, 0]],
          attributes: { options: { kernel: 2, padding: 1 }, windows: [2, 2, 1] },
          throws: ShapeError,
          message: /empty image/,
        },
        {
          inputs: [{ shape: [1, 1, 4, 4], draw: integers(0, 9) }],
          attributes: { options: { kernel: 2 }, windows: [2, 2] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [{ inputs: [[64, 6, 28, 28]], attributes: { options: { kernel: 2 }, windows: [2, 2] } }],
    },
    adaptive: {
      rows: [
        { inputs: [[2, 2, 7, 5]], attributes: { to: [3, 2] } },
        { inputs: [[1, 1, 2, 3]], attributes: { to: [4, 3] } },
        { inputs: [[2, 5, 3]], attributes: { to: [2, 2] } },
      ],
      empty: [
        { inputs: [[0, 2, 3, 3]], attributes: { to: [2, 1] } },
        { inputs: [[2, 0, 3, 3]], attributes: { to: [2, 1] } },
      ],
      errors: [{ inputs: [[1, 1, 0, 4]], attributes: { to: [1, 1] }, throws: ShapeError, message: /empty image/ }],
    },
    gradient: {
      rows: [
        { inputs: [[1, 2, 2, 3], { shape: [1, 2, 2, 3], draw: nowhere }], attributes: { to: [1, 2, 3, 4] } },
        {
          inputs: [
            [2, 2, 2, 3],
            [2, 2, 2, 3],
          ],
          attributes: { to: [2, 2, 3, 4] },
        },
      ],
      empty: [
        {
          inputs: [
            [0, 1, 2, 2],
            [0, 1, 2, 2],
          ],
          attributes: { to: [0, 1, 4, 4] },
        },
        {
          inputs: [
            [2, 0, 2, 2],
            [2, 0, 2, 2],
          ],
          attributes: { to: [2, 0, 4, 4] },
        },
        {
          inputs: [
            [1, 2, 0, 2],
            [1, 2, 0, 2],
          ],
          attributes: { to: [1, 2, 3, 4] },
        },
        {
          inputs: [
            [1, 2, 0, 0],
            [1, 2, 0, 0],
          ],
          attributes: { to: [1, 2, 0, 4] },
        },
      ],
      errors: [
        {
          inputs: [
            [1, 1, 2, 2],
            [1, 1, 2, 3],
          ],
          attributes: { to: [1, 1, 4, 4] },
          throws: ShapeError,
          message: /one index for each/,
        },
        {
          inputs: [
            [1, 1, 2, 2],
            [1, 1, 2, 2],
          ],
          attributes: { to: [1, 2, 4, 4] },
          throws: ShapeError,
          message: /batch and channels/,
        },
        {
          inputs: [[1, 1, 2, 2], { shape: [1, 1, 2, 2], draw: integers(9, 12) }],
          attributes: { to: [1, 1, 3, 3] },
          throws: IndexError,
          message: /a plane of 9 pixels/,
        },
        {
          inputs: [[1, 1, 2, 2], { shape: [1, 1, 2, 2], draw: real }],
          attributes: { to: [1, 1, 3, 3] },
          throws: DTypeError,
          message: /must be i32/,
        },
      ],
      speed: [
        {
          inputs: [[64, 6, 14, 14], { shape: [64, 6, 14, 14], draw: integers(0, 784) }],
          attributes: { to: [64, 6, 28, 28] },
        },
      ],
    },
    gather: {
      rows: [
        {
          inputs: [
            [2, 2, 3, 4],
            [2, 2, 2, 3],
          ],
        },
        { inputs: [[1, 2, 3, 4], { shape: [1, 2, 2, 3], draw: nowhere }] },
      ],
      empty: [
        {
          inputs: [
            [0, 1, 4, 4],
            [0, 1, 2, 2],
          ],
        },
        {
          inputs: [
            [2, 0, 4, 4],
            [2, 0, 2, 2],
          ],
        },
        {
          inputs: [
            [1, 2, 4, 4],
            [1, 2, 0, 2],
          ],
        },
        {
          inputs: [
            [1, 2, 0, 4],
            [1, 2, 0, 2],
          ],
        },
      ],
      errors: [
        {
          inputs: [
            [1, 2, 4, 4],
            [1, 1, 2, 2],
          ],
          throws: ShapeError,
          message: /batch and channels/,
        },
        {
          inputs: [[1, 1, 3, 3], { shape: [1, 1, 2, 2], draw: integers(-3, -1) }],
          throws: IndexError,
          message: /from 0 to 8/,
        },
        { inputs: [[1, 1, 3, 3], { shape: [1, 1, 2, 2], draw: real }], throws: DTypeError, message: /must be i32/ },
      ],
    },
  },
});

const avg = avgCases({
  axes: 2,
  pool: avgPool2d,
  adaptive: adaptiveAvgPool2d,
  gradient: avgPool2dGradient,
  threes: { kind: "sliding", kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1], dilation: [1, 1], ceilMode: false },
  rows: {
    pool: {
      rows: [
        {
          inputs: [[1, 2, 6, 7]],
          attributes: {
            options: { kernel: 3, stride: 2, padding: [1, 0, 0, 1] },
            windows: [3, 2, [1, 0, 0, 1]],
            divisor: byPadded,
          },
        },
        {
          inputs: [[1, 2, 6, 7]],
          attributes: {
            options: { kernel: 3, stride: 2, padding: [0, 1, 1, 0], ceilMode: true, countIncludePad: false },
            windows: [3, 2, [0, 1, 1, 0], 1, true],
            divisor: inside,
          },
        },
        {
          inputs: [[1, 1, 4, 9]],
          attributes: {
            options: { kernel: 4, stride: 1, padding: "same" },
            windows: [4, 1, [1, 1, 2, 2]],
            divisor: byPadded,
          },
        },
        {
          inputs: [[1, 1, 5, 7]],
          attributes: {
            options: { kernel: 2, padding: "same" },
            windows: [2, 2, [0, 0, 1, 1]],
            divisor: byPadded,
          },
        },
        {
          inputs: [[2, 1, 2, 5]],
          attributes: {
            options: { kernel: 3, stride: 2, padding: [0, 1, 0, 0], ceilMode: true },
            windows: [3, 2, [0, 1, 0, 0], 1, true],
            divisor: byPadded,
          },
        },
        { inputs: [[3, 4, 6]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
        { inputs: [[2, 3, 6, 8]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
        {
          inputs: [[1, 2, 7, 9]],
          attributes: { options: { kernel: 3, stride: 2, padding: 1 }, windows: [3, 2, 1], divisor: byPadded },
        },
        {
          inputs: [[1, 2, 7, 9]],
          attributes: {
            options: { kernel: 3, stride: 2, padding: 1, countIncludePad: false },
            windows: [3, 2, 1],
            divisor: inside,
          },
        },
        {
          inputs: [[1, 2, 6, 9]],
          attributes: {
            options: { kernel: 3, stride: 2, padding: 1, ceilMode: true },
            windows: [3, 2, 1, 1, true],
            divisor: byPadded,
          },
        },
        {
          inputs: [[1, 1, 5, 5]],
          attributes: { options: { kernel: 2, stride: 1, divisorOverride: 3 }, windows: [2, 1], divisor: () => 3 },
        },
      ],
      empty: [
        { inputs: [[0, 1, 4, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
        { inputs: [[2, 0, 4, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
      ],
      errors: [
        {
          inputs: [[2, 4]],
          attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside },
          throws: ShapeError,
          message: /expected 4 axes/,
        },
        {
          inputs: [{ shape: [1, 1, 4, 4], draw: integers(0, 9) }],
          attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [{ inputs: [[1, 512, 7, 7]], attributes: { options: { kernel: 7 }, windows: [7, 7], divisor: inside } }],
    },
    adaptive: {
      rows: [
        { inputs: [[2, 2, 7, 5]], attributes: { to: [3, 2] } },
        { inputs: [[2, 3, 4, 4]], attributes: { to: [1, 1] } },
        { inputs: [[2, 5, 3]], attributes: { to: [2, 2] } },
      ],
      empty: [
        { inputs: [[0, 2, 3, 3]], attributes: { to: [2, 1] } },
        { inputs: [[2, 0, 3, 3]], attributes: { to: [2, 1] } },
      ],
      errors: [{ inputs: [[1, 1, 0, 4]], attributes: { to: [1, 1] }, throws: ShapeError, message: /empty image/ }],
    },
    gradient: {
      rows: [{ inputs: [[1, 2, 4, 5]], attributes: { to: [1, 2, 7, 9] } }],
      empty: [
        { inputs: [[0, 1, 2, 2]], attributes: { to: [0, 1, 4, 4] } },
        { inputs: [[2, 0, 2, 2]], attributes: { to: [2, 0, 4, 4] } },
      ],
      errors: [
        {
          inputs: [[1, 2, 4, 4]],
          attributes: { to: [1, 2, 7, 9] },
          throws: ShapeError,
          message: /gives \[1, 2, 4, 5\]/,
        },
        {
          inputs: [{ shape: [1, 2, 4, 5], draw: integers(0, 9) }],
          attributes: { to: [1, 2, 7, 9] },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
    },
  },
});

export const pool2dCases: Pick<
  CasesOf<typeof poolingOps>,
  "maxPool2d" | "maxPool2dGradient" | "maxPool2dGather" | "avgPool2d" | "avgPool2dGradient"
> = {
  maxPool2d: max.pool,
  maxPool2dGradient: max.gradient,
  maxPool2dGather: max.gather,
  avgPool2d: avg.pool,
  avgPool2dGradient: avg.gradient,
};
