import { batchNorm, batchNormGradient, type batchNormOps, DTypeError, scope, ShapeError } from "@unfoldjs/tensor-core";
import { integers, positive, real, uniform } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { batchNormAppliedGradients, batchNormGradients, batchNormOf } from "../../reference/batch-norm.ts";

/** Far from 0 beside its deviation, where a sum of squares would cancel. */
const far = uniform(999, 1001);

export const batchNormCases: CasesOf<typeof batchNormOps> = {
  batchNorm: [
    opCase({
      draws: [real, real, real],
      call: ([x, weight, bias]) => batchNorm(x, weight, bias),
      reference: ([x, weight, bias]) => batchNormOf(x, weight, bias, 1e-5),
      gradient: "second",
      rows: [
        { inputs: [[4, 3], [3], [3]] },
        { inputs: [[2, 3, 4], [3], [3]] },
        { inputs: [[2, 2, 3, 3], [2], [2]] },
        { inputs: [[1, 1, 8, 8], [1], [1]], tolerance: 2e-5 },
        // Differences of so large a sum drown in its rounding; the case of the gradient's kernel has it.
        { inputs: [[3, 2, 9, 9], [2], [2]], tolerance: 2e-5, smooth: false },
        { inputs: [{ shape: [2, 2, 37], draw: far }, [2], [2]], tolerance: 2e-4, smooth: false },
      ],
      empty: [{ inputs: [[2, 0, 4], [0], [0]] }, { inputs: [[0, 0], [0], [0]] }],
      errors: [
        { inputs: [[5], [5], [5]], throws: ShapeError, message: /must be \(batch, channels, …\)/ },
        { inputs: [[0, 3], [3], [3]], throws: ShapeError, message: /without elements has no mean/ },
        { inputs: [[2, 3, 0], [3], [3]], throws: ShapeError, message: /at least one example/ },
        { inputs: [[2, 5], [4], [5]], throws: ShapeError, message: /weight must have one axis of 5/ },
        { inputs: [[2, 5], [5], [2, 5]], throws: ShapeError, message: /bias must have one axis of 5/ },
        { inputs: [{ shape: [2, 5], draw: integers(0, 3) }, [5], [5]], throws: DTypeError, message: /takes f32/ },
      ],
      speed: [{ inputs: [[32, 64, 28, 28], [64], [64]] }, { inputs: [[1024, 1024], [1024], [1024]] }],
    }),
    opCase({
      variant: "alone",
      draws: [real],
      call: ([x], { epsilon }: { epsilon: number }) => batchNorm(x, undefined, undefined, epsilon),
      reference: ([x], { epsilon }: { epsilon: number }) => batchNormOf(x, undefined, undefined, epsilon),
      gradient: "second",
      rows: [
        { inputs: [[5, 2]], attributes: { epsilon: 0.1 } },
        { inputs: [[1, 2]], attributes: { epsilon: 0.5 } },
      ],
      empty: [{ inputs: [[3, 0]], attributes: { epsilon: 0.1 } }],
      errors: [{ inputs: [[]], attributes: { epsilon: 0.1 }, throws: ShapeError, message: /must be \(batch/ }],
    }),
  ],
  batchNormGradient: [
    opCase({
      draws: [real, real, real],
      // The statistics are those of x, as the forward gives them.
      call: ([dy, x, weight]) =>
        scope(() => {
          const { mean, variance } = batchNorm(x);
          return batchNormGradient(["x", "weight", "bias"], dy, x, { mean, variance }, weight);
        }),
      reference: ([dy, x, weight]) => batchNormGradients(dy, x, weight, 1e-5),
      gradient: { none: "a gradient kernel: who derives further goes by the composition" },
      rows: [
        { inputs: [[5, 3], [5, 3], [3]], tolerance: 1e-5 },
        { inputs: [[2, 2, 70], [2, 2, 70], [2]], tolerance: 2e-5 },
      ],
      empty: [{ inputs: [[3, 0], [3, 0], [0]] }],
      errors: [
        { inputs: [[3, 4], [3, 5], [5]], throws: ShapeError, message: /dy must have the shape \[3, 5\]/ },
        { inputs: [[3, 5], [3, 5], [4]], throws: ShapeError, message: /weight must have one axis of 5/ },
        { inputs: [{ shape: [3, 5], draw: integers(0, 3) }, [3, 5], [5]], throws: DTypeError, message: /takes f32/ },
      ],
      speed: [{ inputs: [[32, 64, 28, 28], [32, 64, 28, 28], [64]] }],
    }),
    opCase({
      variant: "given statistics",
      draws: [real, real, real, positive, real],
      call: ([dy, x, mean, variance, weight]) =>
        batchNormGradient(["x", "weight", "bias"], dy, x, { mean, variance }, weight, 1e-5, true),
      reference: ([dy, x, mean, variance, weight]) => batchNormAppliedGradients(dy, x, mean, variance, weight, 1e-5),
      gradient: { none: "a gradient kernel: who derives further goes by the composition" },
      rows: [
        { inputs: [[5, 3], [5, 3], [3], [3], [3]], tolerance: 1e-5 },
        { inputs: [[2, 2, 70], [2, 2, 70], [2], [2], [2]], tolerance: 2e-5 },
      ],
      empty: [{ inputs: [[0, 3], [0, 3], [3], [3], [3]] }, { inputs: [[2, 3, 0], [2, 3, 0], [3], [3], [3]] }],
      errors: [
        { inputs: [[3, 5], [3, 5], [4], [5], [5]], throws: ShapeError, message: /mean must have one axis of 5/ },
      ],
    }),
  ],
};
