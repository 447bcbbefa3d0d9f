import {
  DTypeError,
  groupNorm,
  groupNormGradient,
  type groupNormOps,
  instanceNorm,
  scope,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { integers, real, uniform } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { groupNormGradients, groupNormOf } from "../../reference/group-norm.ts";

/** Far from 0 beside its deviation, where a sum of squares would cancel. */
const far = uniform(999, 1001);

interface Groups {
  readonly groups: number;
}

export const groupNormCases: CasesOf<typeof groupNormOps> = {
  groupNorm: [
    opCase({
      draws: [real, real, real],
      call: ([x, weight, bias], { groups }: Groups) => groupNorm(x, groups, weight, bias),
      reference: ([x, weight, bias], { groups }) => groupNormOf(x, groups, weight, bias, 1e-5),
      gradient: "second",
      rows: [
        { inputs: [[2, 6], [6], [6]], attributes: { groups: 2 } },
        { inputs: [[2, 4, 3], [4], [4]], attributes: { groups: 2 } },
        { inputs: [[1, 3, 5], [3], [3]], attributes: { groups: 3 } },
        { inputs: [[1, 4, 2, 3], [4], [4]], attributes: { groups: 1 } },
        { inputs: [[2, 2, 1, 2, 2], [2], [2]], attributes: { groups: 1 } },
        {
          inputs: [{ shape: [2, 4, 19], draw: far }, [4], [4]],
          attributes: { groups: 2 },
          tolerance: 2e-4,
          smooth: false,
        },
      ],
      empty: [
        { inputs: [[0, 4, 3], [4], [4]], attributes: { groups: 2 } },
        { inputs: [[2, 0, 3], [0], [0]], attributes: { groups: 2 } },
        { inputs: [[1, 0, 1], [0], [0]], attributes: { groups: 2 ** 31 - 1 } },
        { inputs: [[2, 4, 0], [4], [4]], attributes: { groups: 2 } },
      ],
      errors: [
        {
          inputs: [[5], [5], [5]],
          attributes: { groups: 1 },
          throws: ShapeError,
          message: /must be \(batch, channels/,
        },
        {
          inputs: [[2, 6], [6], [6]],
          attributes: { groups: 4 },
          throws: ShapeError,
          message: /must divide the channels, 6/,
        },
        {
          inputs: [[2, 6], [6], [6]],
          attributes: { groups: 0 },
          throws: ValueError,
          message: /whole number from 1 up/,
        },
        {
          inputs: [[2, 6], [3], [6]],
          attributes: { groups: 2 },
          throws: ShapeError,
          message: /weight must have one axis of 6/,
        },
        {
          inputs: [[2, 6], [6], [2, 6]],
          attributes: { groups: 2 },
          throws: ShapeError,
          message: /bias must have one axis of 6/,
        },
        {
          inputs: [{ shape: [2, 6], draw: integers(0, 3) }, [6], [6]],
          attributes: { groups: 2 },
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [{ inputs: [[32, 64, 28, 28], [64], [64]], attributes: { groups: 8 } }],
    }),
    opCase({
      variant: "alone",
      draws: [real],
      call: ([x], { groups, epsilon }: Groups & { epsilon: number }) =>
        groupNorm(x, groups, undefined, undefined, epsilon),
      reference: ([x], { groups, epsilon }) => groupNormOf(x, groups, undefined, undefined, epsilon),
      gradient: "second",
      rows: [{ inputs: [[2, 4, 3]], attributes: { groups: 2, epsilon: 0.1 } }],
      empty: [{ inputs: [[0, 4]], attributes: { groups: 2, epsilon: 0.1 } }],
      errors: [
        { inputs: [[]], attributes: { groups: 1, epsilon: 0.1 }, throws: ShapeError, message: /must be \(batch/ },
      ],
    }),
  ],
  instanceNorm: [
    opCase({
      draws: [real, real, real],
      call: ([x, weight, bias]) => instanceNorm(x, weight, bias),
      reference: ([x, weight, bias]) => groupNormOf(x, x.shape[1] ?? 1, weight, bias, 1e-5),
      gradient: "second",
      rows: [{ inputs: [[2, 3, 4], [3], [3]] }, { inputs: [[1, 2, 3, 3], [2], [2]] }],
      empty: [{ inputs: [[0, 3, 4], [3], [3]] }, { inputs: [[2, 0, 4], [0], [0]] }, { inputs: [[2, 3, 0], [3], [3]] }],
      errors: [
        { inputs: [[5], [5], [5]], throws: ShapeError, message: /must be \(batch, channels, …\)/ },
        { inputs: [[2, 5, 2], [4], [5]], throws: ShapeError, message: /weight must have one axis of 5/ },
        { inputs: [{ shape: [2, 5, 2], draw: integers(0, 3) }, [5], [5]], throws: DTypeError, message: /takes f32/ },
      ],
      speed: [{ inputs: [[32, 64, 28, 28], [64], [64]] }],
    }),
    opCase({
      variant: "alone",
      draws: [real],
      call: ([x], { epsilon }: { epsilon: number }) => instanceNorm(x, undefined, undefined, epsilon),
      reference: ([x], { epsilon }: { epsilon: number }) =>
        groupNormOf(x, x.shape[1] ?? 1, undefined, undefined, epsilon),
      gradient: "second",
      rows: [{ inputs: [[2, 2, 5]], attributes: { epsilon: 0.1 } }],
      empty: [{ inputs: [[0, 3, 2]], attributes: { epsilon: 0.1 } }],
      errors: [{ inputs: [[]], attributes: { epsilon: 0.1 }, throws: ShapeError, message: /must be \(batch/ }],
    }),
  ],
  groupNormGradient: opCase({
    draws: [real, real, real],
    // The statistics are those of x, as the forward gives them.
    call: ([dy, x, weight], { groups }: Groups) =>
      scope(() => groupNormGradient(["x", "weight", "bias"], dy, x, groups, statisticsOf(x, groups), weight)),
    reference: ([dy, x, weight], { groups }: Groups) => groupNormGradients(dy, x, weight, groups, 1e-5),
    gradient: { none: "a gradient kernel: who derives further goes by the composition" },
    rows: [
      { inputs: [[2, 6], [2, 6], [6]], attributes: { groups: 2 }, tolerance: 1e-5 },
      { inputs: [[3, 4, 7], [3, 4, 7], [4]], attributes: { groups: 2 }, tolerance: 1e-5 },
      { inputs: [[2, 2, 3, 5], [2, 2, 3, 5], [2]], attributes: { groups: 1 }, tolerance: 1e-5 },
    ],
    empty: [
      { inputs: [[0, 4, 3], [0, 4, 3], [4]], attributes: { groups: 2 } },
      { inputs: [[2, 4, 0], [2, 4, 0], [4]], attributes: { groups: 2 } },
    ],
    errors: [
      {
        inputs: [[3, 4], [3, 6], [6]],
        attributes: { groups: 2 },
        throws: ShapeError,
        message: /dy must have the shape \[3, 6\]/,
      },
      {
        inputs: [[3, 6], [3, 6], [4]],
        attributes: { groups: 2 },
        throws: ShapeError,
        message: /weight must have one axis of 6/,
      },
      {
        inputs: [{ shape: [3, 6], draw: integers(0, 3) }, [3, 6], [6]],
        attributes: { groups: 2 },
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [{ inputs: [[32, 64, 28, 28], [32, 64, 28, 28], [64]], attributes: { groups: 8 } }],
  }),
};

function statisticsOf(x: Tensor, groups: number): { mean: Tensor; inverseDeviation: Tensor } {
  const [batch = 0, channels = 0, ...places] = x.shape;
  const size = places.reduce((product, length) => product * length, channels / groups);
  const rows = x.reshape([batch, groups, size]);
  return { mean: rows.mean(-1), inverseDeviation: rows.variance(-1, { correction: 0 }).add(1e-5).rsqrt() };
}
