import { batchNormApply, type batchNormApplyOps, DTypeError, ShapeError } from "@unfoldjs/tensor-core";
import { integers, positive, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { batchNormApplied } from "../../reference/batch-norm.ts";

export const batchNormApplyCases: CasesOf<typeof batchNormApplyOps> = {
  batchNormApply: [
    opCase({
      draws: [real, real, positive, real, real],
      call: ([x, mean, variance, weight, bias]) => batchNormApply(x, { mean, variance }, weight, bias),
      reference: ([x, mean, variance, weight, bias]) => batchNormApplied(x, mean, variance, weight, bias, 1e-5),
      gradient: "second",
      rows: [
        { inputs: [[4, 3], [3], [3], [3], [3]] },
        { inputs: [[2, 3, 4], [3], [3], [3], [3]] },
        { inputs: [[2, 2, 3, 3], [2], [2], [2], [2]] },
        // A few differences of so large a sum drown in its rounding.
        { inputs: [[2, 2, 9, 9], [2], [2], [2], [2]], smooth: false },
      ],
      empty: [
        { inputs: [[0, 3, 4], [3], [3], [3], [3]] },
        { inputs: [[2, 3, 0], [3], [3], [3], [3]] },
        { inputs: [[2, 0], [0], [0], [0], [0]] },
      ],
      errors: [
        { inputs: [[5], [5], [5], [5], [5]], throws: ShapeError, message: /must be \(batch, channels, …\)/ },
        { inputs: [[2, 5], [4], [5], [5], [5]], throws: ShapeError, message: /mean must have one axis of 5/ },
        { inputs: [[2, 5], [5], [5, 1], [5], [5]], throws: ShapeError, message: /variance must have one axis of 5/ },
        { inputs: [[2, 5], [5], [5], [4], [5]], throws: ShapeError, message: /weight must have one axis of 5/ },
        {
          inputs: [{ shape: [2, 5], draw: integers(0, 3) }, [5], [5], [5], [5]],
          throws: DTypeError,
          message: /takes f32/,
        },
      ],
      speed: [{ inputs: [[32, 64, 28, 28], [64], [64], [64], [64]] }],
    }),
    opCase({
      variant: "alone",
      draws: [real, real, positive],
      call: ([x, mean, variance], { epsilon }: { epsilon: number }) =>
        batchNormApply(x, { mean, variance }, undefined, undefined, epsilon),
      reference: ([x, mean, variance], { epsilon }: { epsilon: number }) =>
        batchNormApplied(x, mean, variance, undefined, undefined, epsilon),
      gradient: "second",
      rows: [{ inputs: [[3, 2], [2], [2]], attributes: { epsilon: 0.1 } }],
      empty: [{ inputs: [[0, 2], [2], [2]], attributes: { epsilon: 0.1 } }],
      errors: [
        { inputs: [[], [1], [1]], attributes: { epsilon: 0.1 }, throws: ShapeError, message: /must be \(batch/ },
      ],
    }),
  ],
};
