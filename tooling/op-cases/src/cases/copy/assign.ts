import { assign, type assignOps, DTypeError, scope, ShapeError, type Tensor } from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { build, read } from "../../reference/exact.ts";

export const assignCases: CasesOf<typeof assignOps> = {
  assign: opCase({
    draws: [real, real],
    // Written to a copy: the inputs of a row may be expanded, which nobody may write to.
    call: ([target, source]) =>
      scope(() => {
        const own: Tensor = target.clone();
        assign(own, source);
        return own;
      }),
    reference: ([target, source]) => build(target.shape, (index) => read(source, index)),
    gradient: { none: "it writes and gives nothing" },
    rows: [
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
      },
      { inputs: [[2, 3], [3]] },
      {
        inputs: [
          [2, 3],
          [2, 1],
        ],
      },
      { inputs: [[4], []] },
    ],
    empty: [
      { inputs: [[0, 3], [3]] },
      {
        inputs: [
          [0, 3],
          [1, 3],
        ],
      },
      {
        inputs: [
          [2, 0],
          [2, 0],
        ],
      },
    ],
    errors: [
      { inputs: [[2, 3], [2]], throws: ShapeError, message: /must broadcast to the target/ },
      { inputs: [[3], [2, 3]], throws: ShapeError, message: /must broadcast to the target/ },
      { inputs: [[3], { shape: [3], draw: integers(0, 9) }], throws: DTypeError, message: /dtypes must be equal/ },
    ],
    speed: [
      {
        inputs: [
          [1000, 1000],
          [1000, 1000],
        ],
      },
    ],
  }),
};
