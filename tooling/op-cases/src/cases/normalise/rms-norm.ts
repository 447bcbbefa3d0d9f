import { DTypeError, rmsNorm, rmsNormGradient, type rmsNormOps, scope, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { rmsNormGradients, rmsNormOf } from "../../reference/rms-norm.ts";

export const rmsNormCases: CasesOf<typeof rmsNormOps> = {
  rmsNorm: [
    opCase({
      draws: [real, real],
      call: ([x, weight]) => rmsNorm(x, weight),
      reference: ([x, weight]) => rmsNormOf(x, weight, 2 ** -23),
      gradient: "second",
      rows: [{ inputs: [[2, 5], [5]] }, { inputs: [[3, 2, 7], [7]] }, { inputs: [[4], [4]] }],
      empty: [{ inputs: [[0, 3], [3]] }, { inputs: [[2, 0], [0]] }],
      errors: [
        { inputs: [[2, 5], [4]], throws: ShapeError, message: /weight must have one axis of 5/ },
        { inputs: [{ shape: [2, 5], draw: integers(0, 3) }, [5]], throws: DTypeError, message: /takes f32/ },
      ],
      speed: [{ inputs: [[1024, 1024], [1024]] }],
    }),
    opCase({
      variant: "alone",
      draws: [real],
      call: ([x], { epsilon }: { epsilon: number }) => rmsNorm(x, undefined, epsilon),
      reference: ([x], { epsilon }: { epsilon: number }) => rmsNormOf(x, undefined, epsilon),
      gradient: "second",
      rows: [{ inputs: [[3, 6]], attributes: { epsilon: 0.1 } }],
      empty: [{ inputs: [[3, 0]], attributes: { epsilon: 0.1 } }],
      errors: [{ inputs: [[]], attributes: { epsilon: 0.1 }, throws: ShapeError, message: /at least one axis/ }],
    }),
  ],
  rmsNormGradient: opCase({
    draws: [real, real, real],
    // The root is that of x, as the forward gives it.
    call: ([dy, x, weight]) =>
      scope(() => {
        const inverseRoot = x.square().mean(-1).add(0.01).rsqrt();
        return rmsNormGradient(["x", "weight"], dy, x, { inverseRoot }, weight);
      }),
    reference: ([dy, x, weight]) => rmsNormGradients(dy, x, weight, 0.01),
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
