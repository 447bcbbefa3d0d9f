import {
  additiveAttentionScores,
  additiveAttentionScoresGradient,
  type additiveOps,
  DTypeError,
  ShapeError,
} from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { additiveGradientsOf, additiveScoresOf } from "../../reference/additive-attention.ts";

export const additiveCases: CasesOf<typeof additiveOps> = {
  additiveAttentionScores: opCase({
    draws: [real, real, real],
    call: ([query, key, weight]) => additiveAttentionScores(query, key, weight),
    reference: ([query, key, weight]) => additiveScoresOf(query, key, weight),
    gradient: "second",
    rows: [
      { inputs: [[2, 3], [4, 3], [3]] },
      { inputs: [[2, 3, 9], [2, 2, 9], [9]] },
      { inputs: [[2, 1, 5, 1], [2, 1, 3, 1], [1]] },
    ],
    empty: [
      { inputs: [[0, 3], [4, 3], [3]] },
      { inputs: [[2, 3], [0, 3], [3]] },
      { inputs: [[2, 0], [4, 0], [0]] },
      { inputs: [[0, 2, 3], [0, 4, 3], [3]] },
    ],
    errors: [
      { inputs: [[2, 3], [4, 5], [3]], throws: ShapeError, message: /as many features: 3 and 5/ },
      { inputs: [[2, 3], [4, 3], [4]], throws: ShapeError, message: /weight must be \[3\]/ },
      { inputs: [[2, 2, 3], [3, 4, 3], [3]], throws: ShapeError, message: /leading axes alike/ },
      { inputs: [[3], [4, 3], [3]], throws: ShapeError, message: /leading axes alike/ },
      { inputs: [[2, 3], [4, 3], { shape: [3], draw: integers(0, 3) }], throws: DTypeError, message: /takes f32/ },
    ],
    speed: [{ inputs: [[16, 30, 256], [16, 40, 256], [256]] }],
  }),
  additiveAttentionScoresGradient: opCase({
    draws: [real, real, real, real],
    call: ([dy, query, key, weight]) =>
      additiveAttentionScoresGradient(["query", "key", "weight"], dy, query, key, weight),
    reference: ([dy, query, key, weight]) => additiveGradientsOf(dy, query, key, weight),
    gradient: { none: "a gradient kernel: who derives further goes by the composition" },
    rows: [{ inputs: [[2, 3, 4], [2, 3, 9], [2, 4, 9], [9]] }, { inputs: [[5, 2], [5, 4], [2, 4], [4]] }],
    empty: [{ inputs: [[2, 0, 4], [2, 0, 9], [2, 4, 9], [9]] }, { inputs: [[3, 4], [3, 0], [4, 0], [0]] }],
    errors: [
      { inputs: [[3, 5], [3, 2], [4, 2], [2]], throws: ShapeError, message: /dy must be \[3, 4\]/ },
      {
        inputs: [{ shape: [3, 4], draw: integers(0, 3) }, [3, 2], [4, 2], [2]],
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [{ inputs: [[16, 30, 40], [16, 30, 256], [16, 40, 256], [256]] }],
  }),
};
