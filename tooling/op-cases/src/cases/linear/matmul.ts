import { DTypeError, matmul, type matmulOps, type Shape, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { product } from "../../reference/matmul.ts";

const errors = [
  {
    inputs: [
      [2, 3],
      [4, 3],
    ],
    throws: ShapeError,
    message: /did you mean/,
  },
  { inputs: [[2, 3], { shape: [3, 2], draw: integers(0, 3) }], throws: DTypeError, message: /takes f32/ },
] as const;

/** No rows, no depth, no columns; no batch, and a batch of nothing; vectors of nothing. */
const EMPTY: readonly (readonly [Shape, Shape])[] = [
  [
    [0, 3],
    [3, 2],
  ],
  [
    [2, 0],
    [0, 3],
  ],
  [
    [2, 3],
    [3, 0],
  ],
  [
    [0, 2, 3],
    [3, 4],
  ],
  [
    [5, 5, 0],
    [0, 5],
  ],
  [
    [2, 0, 3],
    [2, 3, 5],
  ],
  [
    [1, 2, 3],
    [0, 3, 2],
  ],
  [[0], [0]],
  [[3], [3, 0]],
  [[2, 0], [0]],
];

export const matmulCases: CasesOf<typeof matmulOps> = {
  matmul: opCase({
    draws: [real, real],
    call: ([a, b]) => matmul(a, b),
    reference: ([a, b]) => product(a, b),
    gradient: "second",
    rows: [
      {
        inputs: [
          [2, 3],
          [3, 4],
        ],
      },
      {
        inputs: [
          [7, 13],
          [13, 17],
        ],
        tolerance: 5e-6,
      },
      { inputs: [[3], [3]] },
      { inputs: [[3], [3, 2]] },
      { inputs: [[2, 3], [3]] },
      {
        inputs: [
          [2, 3, 4],
          [2, 4, 2],
        ],
      },
      {
        inputs: [
          [2, 1, 3, 4],
          [5, 4, 2],
        ],
      },
    ],
    empty: EMPTY.map((inputs) => ({ inputs })),
    errors: [
      ...errors,
      { inputs: [[2, 3], []], throws: ShapeError, message: /at least one axis/ },
      {
        inputs: [
          [2, 2, 3],
          [3, 3, 4],
        ],
        throws: ShapeError,
        message: /do not broadcast/,
      },
    ],
    speed: [
      {
        inputs: [
          [512, 512],
          [512, 512],
        ],
      },
      {
        inputs: [
          [511, 511],
          [511, 511],
        ],
      },
      {
        inputs: [
          [32, 64, 64],
          [32, 64, 64],
        ],
      },
    ],
  }),
};
