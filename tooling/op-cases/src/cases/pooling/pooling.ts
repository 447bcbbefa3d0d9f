import {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  avgPool2dGradient,
  type AvgPoolOptions,
  DTypeError,
  IndexError,
  maxPool2dGather,
  maxPool2dGradient,
  maxPool2dWithIndices,
  type MaxPoolOptions,
  type poolingOps,
  ShapeError,
} from "@unfoldjs/tensor-core";
import { distinct, elements, integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { total } from "../../reference/exact.ts";
import {
  adaptiveWindows,
  gathered,
  placesOfLargest,
  pooled,
  type PoolWindow,
  scattered,
  slidingWindows,
  spreadMeans,
} from "../../reference/spatial.ts";

const gradient = "second";

/** A reference's windows in numbers: kernel, stride, padding, dilation, ceil mode. */
type Numbers = Parameters<typeof slidingWindows>;

function largest(values: readonly number[]): number {
  return values.reduce((best, value) => (value > best || Number.isNaN(value) ? value : best), -Infinity);
}

function inside({ rows, columns }: PoolWindow): number {
  return rows.length * columns.length;
}

function meanBy(divisor: (window: PoolWindow) => number): (values: readonly number[], window: PoolWindow) => number {
  return (values, window) => (values.length === 0 ? 0 : total(values) / divisor(window));
}

interface Max {
  readonly options: MaxPoolOptions;
  readonly windows: Numbers;
}
interface Average {
  readonly options: AvgPoolOptions;
  readonly windows: Numbers;
  readonly divisor: (window: PoolWindow) => number;
}

const ties = elements([1, 1, NaN, -Infinity, 2, 2, Infinity, 2, -0, 0, 3]);
const byPadded = ({ padded }: PoolWindow): number => padded;
const averages: readonly { inputs: readonly [readonly number[]]; attributes: Average }[] = [
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
];
const noAverages: readonly { inputs: readonly [readonly number[]]; attributes: Average }[] = [
  { inputs: [[0, 1, 4, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
  { inputs: [[2, 0, 4, 4]], attributes: { options: { kernel: 2 }, windows: [2, 2], divisor: inside } },
];

export const poolingCases: CasesOf<typeof poolingOps> = {
  maxPool2d: [
    opCase({
      draws: [distinct()],
      call: ([x], { options }: Max) => maxPool2dWithIndices(x, options),
      reference: ([x], { windows }) => ({
        y: pooled(x, slidingWindows(...windows), largest),
        indices: placesOfLargest(x, slidingWindows(...windows)),
      }),
      gradient,
      rows: [
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
          inputs: [[1, 3, 4]],
          attributes: { options: { kernel: 2 }, windows: [2, 2] },
          throws: ShapeError,
          message: /unsqueeze\(0\)/,
        },
        {
          inputs: [[1, 1, 2, 4]],
          attributes: { options: { kernel: 3 }, windows: [3, 3] },
          throws: ShapeError,
          message: /padded height is 2/,
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
    }),
    opCase({
      variant: "adaptive",
      publicName: "adaptiveMaxPool2d",
      draws: [distinct()],
      call: ([x], { to }: { to: readonly [number, number] }) => adaptiveMaxPool2d(x, to),
      reference: ([x], { to }) => pooled(x, adaptiveWindows(to), largest),
      gradient,
      rows: [
        { inputs: [[2, 2, 7, 5]], attributes: { to: [3, 2] } },
        { inputs: [[1, 1, 2, 3]], attributes: { to: [4, 3] } },
      ],
      empty: [
        { inputs: [[0, 2, 3, 3]], attributes: { to: [2, 1] } },
        { inputs: [[2, 0, 3, 3]], attributes: { to: [2, 1] } },
      ],
      errors: [{ inputs: [[1, 1, 0, 4]], attributes: { to: [1, 1] }, throws: ShapeError, message: /empty image/ }],
    }),
  ],
  maxPool2dGradient: opCase({
    draws: [real, integers(0, 12)],
    call: ([dy, indices], { to }: { to: readonly number[] }) => maxPool2dGradient(dy, indices, to),
    reference: ([dy, indices], { to }) => scattered(dy, indices, to),
    gradient,
    rows: [
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
  }),
  maxPool2dGather: opCase({
    draws: [real, integers(0, 12)],
    call: ([x, indices]) => maxPool2dGather(x, indices),
    reference: ([x, indices]) => gathered(x, indices),
    gradient,
    rows: [
      {
        inputs: [
          [2, 2, 3, 4],
          [2, 2, 2, 3],
        ],
      },
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
        inputs: [[1, 1, 3, 3], { shape: [1, 1, 2, 2], draw: integers(-3, 0) }],
        throws: IndexError,
        message: /from 0 to 8/,
      },
      { inputs: [[1, 1, 3, 3], { shape: [1, 1, 2, 2], draw: real }], throws: DTypeError, message: /must be i32/ },
    ],
  }),
  avgPool2d: [
    opCase({
      draws: [real],
      call: ([x], { options }: Average) => avgPool2d(x, options),
      reference: ([x], { windows, divisor }) => pooled(x, slidingWindows(...windows), meanBy(divisor)),
      gradient,
      rows: averages,
      empty: noAverages,
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
    }),
    opCase({
      variant: "adaptive",
      publicName: "adaptiveAvgPool2d",
      draws: [real],
      call: ([x], { to }: { to: readonly [number, number] }) => adaptiveAvgPool2d(x, to),
      reference: ([x], { to }) => pooled(x, adaptiveWindows(to), meanBy(inside)),
      gradient,
      rows: [
        { inputs: [[2, 2, 7, 5]], attributes: { to: [3, 2] } },
        { inputs: [[2, 3, 4, 4]], attributes: { to: [1, 1] } },
      ],
      empty: [
        { inputs: [[0, 2, 3, 3]], attributes: { to: [2, 1] } },
        { inputs: [[2, 0, 3, 3]], attributes: { to: [2, 1] } },
      ],
      errors: [{ inputs: [[1, 1, 0, 4]], attributes: { to: [1, 1] }, throws: ShapeError, message: /empty image/ }],
    }),
  ],
  avgPool2dGradient: opCase({
    draws: [real],
    call: ([dy], { to }: { to: readonly number[] }) =>
      avgPool2dGradient(dy, to, {
        windows: {
          kind: "sliding",
          kernel: [3, 3],
          stride: [2, 2],
          padding: [1, 1],
          dilation: [1, 1],
          ceilMode: false,
        },
        divisor: -1,
      }),
    reference: ([dy], { to }) => spreadMeans(dy, to, slidingWindows(3, 2, 1), byPadded),
    gradient,
    rows: [{ inputs: [[1, 2, 4, 5]], attributes: { to: [1, 2, 7, 9] } }],
    empty: [
      { inputs: [[0, 1, 2, 2]], attributes: { to: [0, 1, 4, 4] } },
      { inputs: [[2, 0, 2, 2]], attributes: { to: [2, 0, 4, 4] } },
    ],
    errors: [
      { inputs: [[1, 2, 4, 4]], attributes: { to: [1, 2, 7, 9] }, throws: ShapeError, message: /gives \[1, 2, 4, 5\]/ },
      {
        inputs: [{ shape: [1, 2, 4, 5], draw: integers(0, 9) }],
        attributes: { to: [1, 2, 7, 9] },
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
  }),
};
