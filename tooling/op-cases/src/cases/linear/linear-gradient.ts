import { DTypeError, linearGradient, type linearGradientOps, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { linearGradients } from "../../reference/matmul.ts";

export const linearGradientCases: CasesOf<typeof linearGradientOps> = {
  linearGradient: opCase({
    draws: [real, real, real],
    call: ([dy, x, weight]) => linearGradient(["x", "weight", "bias"], dy, x, weight),
    reference: ([dy, x, weight]) => linearGradients(dy, x, weight),
    gradient: { none: "a gradient kernel: who derives further goes by products" },
    rows: [
      {
        inputs: [
          [2, 4],
          [2, 3],
          [4, 3],
        ],
      },
      { inputs: [[2], [3], [2, 3]] },
      {
        inputs: [
          [2, 3, 4],
          [2, 3, 5],
          [4, 5],
        ],
      },
      {
        inputs: [
          [1, 4],
          [1, 6],
          [4, 6],
        ],
      },
      {
        inputs: [
          [37, 9],
          [37, 17],
          [9, 17],
        ],
        tolerance: 1e-5,
      },
    ],
    empty: [
      {
        inputs: [
          [0, 2],
          [0, 3],
          [2, 3],
        ],
      },
      {
        inputs: [
          [2, 4],
          [2, 0],
          [4, 0],
        ],
      },
      {
        inputs: [
          [2, 0],
          [2, 3],
          [0, 3],
        ],
      },
    ],
    errors: [
      {
        inputs: [
          [2, 3],
          [2, 3],
          [4, 3],
        ],
        throws: ShapeError,
        message: /weight must have the shape \[3, 3\]/,
      },
      {
        inputs: [
          [3, 4],
          [2, 3],
          [4, 3],
        ],
        throws: ShapeError,
        message: /x must have the shape \[3, 3\]/,
      },
      { inputs: [[], [2, 3], [4, 3]], throws: ShapeError, message: /must have an axis of outputs/ },
      { inputs: [{ shape: [2, 4], draw: integers(0, 3) }, [2, 3], [4, 3]], throws: DTypeError, message: /takes f32/ },
    ],
    speed: [
      {
        inputs: [
          [64, 120],
          [64, 256],
          [120, 256],
        ],
      },
    ],
  }),
};
