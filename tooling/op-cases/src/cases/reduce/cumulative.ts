import { cumsum, type cumulativeOps, DTypeError, ShapeError } from "@unfoldjs/tensor-core";
import { integers, real, truth } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { lines, total } from "../../reference/exact.ts";

const gradient = "second";

export const cumulativeCases: CasesOf<typeof cumulativeOps> = {
  cumsum: [
    opCase({
      draws: [real],
      call: ([x], { axis }) => cumsum(x, axis),
      reference: ([x], { axis }) => lines(x, axis, (line) => line.map((_, last) => total(line.slice(0, last + 1)))),
      gradient,
      rows: [
        { inputs: [[3, 5]], attributes: { axis: 1 } },
        { inputs: [[3, 5]], attributes: { axis: 0 } },
        { inputs: [[2, 3, 4]], attributes: { axis: -2 } },
      ],
      empty: [
        { inputs: [[2, 0]], attributes: { axis: 1 } },
        { inputs: [[0, 3]], attributes: { axis: 1 } },
        { inputs: [[0]], attributes: { axis: 0 } },
      ],
      errors: [
        { inputs: [[3, 5]], attributes: { axis: 2 }, throws: ShapeError, message: /axis must be in -2…1/ },
        {
          inputs: [{ shape: [3], draw: truth }],
          attributes: { axis: 0 },
          throws: DTypeError,
          message: /takes f32 and i32/,
        },
      ],
    }),
    opCase({
      variant: "i32",
      draws: [integers(-9, 9)],
      call: ([x], { axis }) => cumsum(x, axis),
      reference: ([x], { axis }) => lines(x, axis, (line) => line.map((_, last) => total(line.slice(0, last + 1)))),
      gradient: { none: "whole numbers" },
      rows: [{ inputs: [[3, 19]], attributes: { axis: 1 } }],
      empty: [{ inputs: [[3, 0]], attributes: { axis: 1 } }],
    }),
  ],
};
