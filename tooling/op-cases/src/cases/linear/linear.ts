import { DTypeError, linear, type linearOps, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { linearMap } from "../../reference/matmul.ts";

export const linearCases: CasesOf<typeof linearOps> = {
  linear: [
    opCase({
      draws: [real, real, real],
      call: ([x, weight, bias]) => linear(x, weight, bias),
      reference: ([x, weight, bias]) => linearMap(x, weight, bias),
      gradient: "second",
      rows: [{ inputs: [[2, 3], [4, 3], [4]] }, { inputs: [[3], [2, 3], [2]] }, { inputs: [[2, 3, 5], [4, 5], [4]] }],
      empty: [
        { inputs: [[0, 3], [2, 3], [2]] },
        { inputs: [[2, 0], [4, 0], [4]] },
        { inputs: [[2, 3], [0, 3], [0]] },
        { inputs: [[2, 0, 3], [4, 3], [4]] },
        { inputs: [[2, 2, 0], [4, 0], [4]] },
        { inputs: [[0], [2, 0], [2]] },
      ],
      errors: [
        { inputs: [[2, 3], [3, 4], [4]], throws: ShapeError, message: /did you mean weight.transpose\(\)/ },
        { inputs: [[2, 3], [4, 3], [3]], throws: ShapeError, message: /bias must have one axis of 4/ },
        { inputs: [[2, 3], { shape: [4, 3], draw: integers(0, 9) }, [4]], throws: DTypeError, message: /takes f32/ },
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
      empty: [
        {
          inputs: [
            [2, 5, 0],
            [4, 0],
          ],
        },
        {
          inputs: [
            [2, 5, 3],
            [0, 3],
          ],
        },
      ],
    }),
  ],
};
