import { DTypeError, layerNorm, layerNormGradient, type layerNormOps, scope, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real, uniform } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { layerNormGradients, layerNormOf } from "../../reference/normalise.ts";

/** Far from 0 beside its deviation, where a sum of squares would cancel. */
const far = uniform(999, 1001);

export const layerNormCases: CasesOf<typeof layerNormOps> = {
  layerNorm: [
    opCase({
      draws: [real, real, real],
      call: ([x, weight, bias]) => layerNorm(x, weight, bias),
      reference: ([x, weight, bias]) => layerNormOf(x, weight, bias, 1e-5),
      gradient: "second",
      rows: [
        { inputs: [[2, 5], [5], [5]] },
        { inputs: [[3, 2, 7], [7], [7]] },
        { inputs: [[4], [4], [4]] },
        { inputs: [{ shape: [3, 37], draw: far }, [37], [37]], tolerance: 2e-4, smooth: false },
      ],
      empty: [{ inputs: [[0, 3], [3], [3]] }, { inputs: [[2, 0], [0], [0]] }],
      errors: [
        { inputs: [[2, 5], [4], [5]], throws: ShapeError, message: /weight must have one axis of 5/ },
        { inputs: [[2, 5], [5], [2, 5]], throws: ShapeError, message: /bias must have one axis of 5/ },
        { inputs: [{ shape: [2, 5], draw: integers(0, 3) }, [5], [5]], throws: DTypeError, message: /takes f32/ },
      ],
      speed: [{ inputs: [[1024, 1024], [1024], [1024]] }],
    }),
    opCase({
      variant: "alone",
      draws: [real],
      call: ([x], { epsilon }: { epsilon: number }) => layerNorm(x, undefined, undefined, epsilon),
      reference: ([x], { epsilon }: { epsilon: number }) => layerNormOf(x, undefined, undefined, epsilon),
      gradient: "second",
      rows: [
        { inputs: [[3, 6]], attributes: { epsilon: 0.1 } },
        { inputs: [[1, 1]], attributes: { epsilon: 1e-5 } },
      ],
      empty: [{ inputs: [[3, 0]], attributes: { epsilon: 0.1 } }],
      errors: [{ inputs: [[]], attributes: { epsilon: 0.1 }, throws: ShapeError, message: /at least one axis/ }],
    }),
  ],
  layerNormGradient: opCase({
    draws: [real, real, real],
    // The statistics are those of x, as the forward gives them.
    call: ([dy, x, weight]) =>
      scope(() => {
        const statistics = { mean: x.mean(-1), inverseDeviation: x.variance(-1, { correction: 0 }).add(1e-5).rsqrt() };
        return layerNormGradient(["x", "weight", "bias"], dy, x, statistics, weight);
      }),
    reference: ([dy, x, weight]) => layerNormGradients(dy, x, weight, 1e-5),
    gradient: { none: "a gradient kernel: who derives further goes by the composition" },
    rows: [{ inputs: [[3, 5], [3, 5], [5]], tolerance: 1e-5 }],
    empty: [{ inputs: [[0, 5], [0, 5], [5]] }, { inputs: [[3, 0], [3, 0], [0]] }],
    errors: [
      { inputs: [[3, 4], [3, 5], [5]], throws: ShapeError, message: /dy must have the shape \[3, 5\]/ },
      { inputs: [[3, 5], [3, 5], [4]], throws: ShapeError, message: /weight must have one axis of 5/ },
      { inputs: [{ shape: [3, 5], draw: integers(0, 3) }, [3, 5], [5]], throws: DTypeError, message: /takes f32/ },
    ],
    speed: [{ inputs: [[1024, 1024], [1024, 1024], [1024]] }],
  }),
};
