import { DTypeError, linear, matmul, type matmulOps, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real } from "../draw.ts";
import { type CasesOf, opCase } from "../op-case.ts";
import { linearMap, product } from "../reference/matmul.ts";

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
      {
        inputs: [
          [0, 3],
          [3, 2],
        ],
      },
      {
        inputs: [
          [2, 0],
          [0, 3],
        ],
      },
    ],
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
  linear: [
    opCase({
      draws: [real, real, real],
      call: ([x, weight, bias]) => linear(x, weight, bias),
      reference: ([x, weight, bias]) => linearMap(x, weight, bias),
      gradient: "second",
      rows: [
        { inputs: [[2, 3], [4, 3], [4]] },
        { inputs: [[3], [2, 3], [2]] },
        { inputs: [[2, 3, 5], [4, 5], [4]] },
        { inputs: [[0, 3], [2, 3], [2]] },
      ],
      errors: [
        { inputs: [[2, 3], [3, 4], [4]], throws: ShapeError, message: /did you mean weight.transpose\(\)/ },
        { inputs: [[2, 3], [4, 3], [3]], throws: ShapeError, message: /bias must have one axis of 4/ },
      ],
      speed: [{ inputs: [[64, 256], [120, 256], [120]] }],
    }),
    opCase({
      variant: "without bias",
      draws: [real, real],
      call: ([x, weight]) => linear(x, weight),
      reference: ([x, weight]) => linearMap(x, weight),
      gradient: "second",
      rows: [
        {
          inputs: [
            [2, 3],
            [4, 3],
          ],
        },
        {
          inputs: [
            [5, 2, 3],
            [1, 3],
          ],
        },
      ],
    }),
  ],
};
