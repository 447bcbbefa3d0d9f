import { addProduct, type addProductOps, DTypeError, scope, ShapeError, type Tensor } from "@unfoldjs/tensor-core";
import { integers, real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { zip } from "../../reference/exact.ts";
import { product } from "../../reference/matmul.ts";

export const addProductCases: CasesOf<typeof addProductOps> = {
  addProduct: opCase({
    draws: [real, real, real],
    call: ([target, a, b]) =>
      scope(() => {
        const own: Tensor = target.clone();
        addProduct(own, a, b);
        return own;
      }),
    reference: ([target, a, b]) => zip([target, product(a, b)], (x, y) => x + y),
    contiguousOnly: ["target"],
    gradient: { none: "it writes and gives nothing" },
    rows: [
      {
        inputs: [
          [2, 4],
          [2, 3],
          [3, 4],
        ],
      },
      {
        inputs: [
          [37, 19],
          [37, 5],
          [5, 19],
        ],
        tolerance: 4e-6,
      },
    ],
    empty: [
      {
        inputs: [
          [2, 4],
          [2, 0],
          [0, 4],
        ],
      },
      {
        inputs: [
          [0, 4],
          [0, 3],
          [3, 4],
        ],
      },
      {
        inputs: [
          [2, 0],
          [2, 3],
          [3, 0],
        ],
      },
    ],
    errors: [
      {
        inputs: [[2, 4], [2, 3], { shape: [3, 4], draw: integers(0, 9) }],
        throws: DTypeError,
        message: /takes f32/,
      },
      {
        inputs: [
          [2, 4],
          [2, 3],
          [2, 4],
        ],
        throws: ShapeError,
        message: /needs \(rows, columns\)/,
      },
      {
        inputs: [
          [4, 2],
          [2, 3],
          [3, 4],
        ],
        throws: ShapeError,
        message: /needs \(rows, columns\)/,
      },
    ],
    speed: [
      {
        inputs: [
          [256, 256],
          [256, 64],
          [64, 256],
        ],
      },
    ],
  }),
};
