import { concat, type concatOps, type DType, DTypeError, ShapeError } from "@unfoldjs/tensor-core";
import { type Draw, integers, real, STORAGE } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { beside } from "../../reference/concat.ts";

function concatCase<D extends DType>(draw: Draw<D>): OpCase {
  return opCase({
    variant: draw.dtype,
    draws: [draw, draw],
    call: (parts, { axis }: { axis: number }) => concat(parts, axis),
    reference: (parts, { axis }) => beside(parts, axis),
    gradient: { none: "not f32" },
    rows: [
      {
        inputs: [
          [2, 3],
          [2, 2],
        ],
        attributes: { axis: 1 },
      },
    ],
    empty: [{ inputs: [[0], [3]], attributes: { axis: 0 } }],
  });
}

export const concatCases: CasesOf<typeof concatOps> = {
  concat: [
    opCase({
      draws: [real, real, real],
      call: (parts, { axis }) => concat(parts, axis),
      reference: (parts, { axis }) => beside(parts, axis),
      gradient: "second",
      rows: [
        {
          inputs: [
            [2, 3],
            [1, 3],
            [4, 3],
          ],
          attributes: { axis: 0 },
        },
        {
          inputs: [
            [2, 3],
            [2, 1],
            [2, 2],
          ],
          attributes: { axis: -1 },
        },
        {
          inputs: [
            [2, 2, 2],
            [2, 3, 2],
            [2, 1, 2],
          ],
          attributes: { axis: 1 },
        },
      ],
      empty: [
        { inputs: [[2], [0], [1]], attributes: { axis: 0 } },
        { inputs: [[0], [0], [0]], attributes: { axis: 0 } },
        {
          inputs: [
            [0, 2],
            [0, 3],
            [0, 1],
          ],
          attributes: { axis: 1 },
        },
      ],
      errors: [
        {
          inputs: [
            [2, 3],
            [1, 4],
            [4, 3],
          ],
          attributes: { axis: 0 },
          throws: ShapeError,
          message: /but that of axis 0 must be equal/,
        },
        { inputs: [[2, 3], [3], [4, 3]], attributes: { axis: 0 }, throws: ShapeError, message: /must be equal/ },
        {
          inputs: [
            [2, 3],
            [1, 3],
            [4, 3],
          ],
          attributes: { axis: 2 },
          throws: ShapeError,
          message: /axis must be in/,
        },
        {
          inputs: [[2], { shape: [2], draw: integers(0, 3) }, [2]],
          attributes: { axis: 0 },
          throws: DTypeError,
          message: /same dtype/,
        },
      ],
      speed: [
        {
          inputs: [
            [256, 64],
            [256, 64],
            [256, 64],
          ],
          attributes: { axis: 1 },
        },
      ],
    }),
    concatCase(integers(0, 255, "u8")),
    ...STORAGE.map(concatCase<DType>),
  ],
};
