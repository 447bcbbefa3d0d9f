import {
  DTypeError,
  localResponseNorm,
  localResponseNormGradient,
  type localResponseNormOps,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { localResponseNormGradientOf, localResponseNormOf, type Response } from "../../reference/local-response.ts";

/** PyTorch's defaults have an α that nobody would see: these divide by something. */
const response = (size: number, beta = 0.75): Response => ({ size, alpha: 0.7, beta, k: 1.5 });

export const localResponseNormCases: CasesOf<typeof localResponseNormOps> = {
  localResponseNorm: opCase({
    draws: [real],
    call: ([x], { size, ...options }: Response) => localResponseNorm(x, size, options),
    reference: ([x], attributes: Response) => localResponseNormOf(x, attributes),
    gradient: "second",
    rows: [
      { inputs: [[2, 5, 3]], attributes: response(3) },
      { inputs: [[1, 4, 2, 3]], attributes: response(2) },
      { inputs: [[1, 3, 5]], attributes: response(7, 1.5) },
      { inputs: [[2, 2, 1, 2, 2]], attributes: response(1, 1) },
    ],
    empty: [
      { inputs: [[0, 3, 2]], attributes: response(3) },
      { inputs: [[2, 0, 2]], attributes: response(3) },
      { inputs: [[2, 3, 0]], attributes: response(3) },
    ],
    errors: [
      {
        inputs: [[2, 5]],
        attributes: response(3),
        throws: ShapeError,
        message: /must be \(batch, channels, …places\)/,
      },
      { inputs: [[2, 5, 2]], attributes: response(0), throws: ValueError, message: /whole number from 1 up/ },
      {
        inputs: [[2, 5, 2]],
        attributes: response(3, NaN),
        throws: ValueError,
        message: /beta must be a finite number/,
      },
      {
        inputs: [{ shape: [2, 5, 2], draw: integers(0, 3) }],
        attributes: response(3),
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [{ inputs: [[8, 96, 27, 27]], attributes: response(5) }],
  }),
  localResponseNormGradient: opCase({
    draws: [real, real],
    call: ([dy, x], { size, ...options }: Response) => localResponseNormGradient(dy, x, size, options),
    reference: ([dy, x], attributes: Response) => localResponseNormGradientOf(dy, x, attributes),
    gradient: { none: "a gradient kernel: who derives further goes by the composition" },
    rows: [
      {
        inputs: [
          [2, 5, 3],
          [2, 5, 3],
        ],
        attributes: response(3),
      },
      {
        inputs: [
          [1, 4, 70],
          [1, 4, 70],
        ],
        attributes: response(4, 1.5),
      },
    ],
    empty: [
      {
        inputs: [
          [0, 3, 2],
          [0, 3, 2],
        ],
        attributes: response(3),
      },
      {
        inputs: [
          [2, 0, 2],
          [2, 0, 2],
        ],
        attributes: response(3),
      },
    ],
    errors: [
      {
        inputs: [
          [2, 5, 2],
          [2, 5, 3],
        ],
        attributes: response(3),
        throws: ShapeError,
        message: /dy must have the shape/,
      },
      {
        inputs: [{ shape: [2, 5, 2], draw: integers(0, 3) }, [2, 5, 2]],
        attributes: response(3),
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [
      {
        inputs: [
          [8, 96, 27, 27],
          [8, 96, 27, 27],
        ],
        attributes: response(5),
      },
    ],
  }),
};
