import { type DType, DTypeError, type selectOps, type Shape, ShapeError, where } from "@unfoldjs/tensor-core";
import { type Draw, integers, real, STORAGE, truth } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { zip } from "../../reference/exact.ts";

function whereCase<D extends DType>(draw: Draw<D>): OpCase {
  return opCase({
    variant: draw.dtype,
    draws: [truth, draw, draw],
    call: ([condition, a, b]) => where<D, Shape, Shape, Shape>(condition, a, b),
    reference: (inputs) => zip(inputs, (condition, a, b) => (condition === 1 ? a : b)),
    gradient: { none: "not f32" },
    rows: [
      {
        inputs: [
          [3, 7],
          [3, 7],
          [3, 7],
        ],
      },
      { inputs: [[3, 1], [7], []] },
    ],
    empty: [{ inputs: [[0], [0], [1]] }],
  });
}

export const selectCases: CasesOf<typeof selectOps> = {
  where: [
    opCase({
      draws: [truth, real, real],
      call: ([condition, a, b]) => where(condition, a, b),
      reference: (inputs) => zip(inputs, (condition, a, b) => (condition === 1 ? a : b)),
      gradient: "second",
      rows: [
        {
          inputs: [
            [3, 7],
            [3, 7],
            [3, 7],
          ],
        },
        { inputs: [[3, 1], [7], []] },
        { inputs: [[], [2, 3], [3]] },
      ],
      empty: [{ inputs: [[0], [0], [1]] }, { inputs: [[], [], [2, 0]] }, { inputs: [[2, 0], [2, 1], []] }],
      errors: [
        { inputs: [[2, 3], [2, 3], [4]], throws: ShapeError, message: /do not broadcast/ },
        { inputs: [{ shape: [2, 3], draw: real }, [2, 3], [3]], throws: DTypeError, message: /takes bool/ },
      ],
      speed: [
        {
          inputs: [
            [512, 512],
            [512, 512],
            [512, 512],
          ],
        },
      ],
    }),
    whereCase(integers(0, 255, "u8")),
    ...STORAGE.map(whereCase<DType>),
  ],
};
