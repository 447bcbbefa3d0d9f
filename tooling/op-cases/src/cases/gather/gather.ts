import {
  type DType,
  DTypeError,
  gather,
  type gatherOps,
  indexAdd,
  IndexError,
  indexSelect,
  type indexSelectOps,
  oneHot,
  type oneHotOps,
  scatterAdd,
  type Shape,
  ShapeError,
  ValueError,
} from "@unfoldjs/tensor-core";
import { type Draw, integers, real, STORAGE } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { build, read } from "../../reference/exact.ts";
import { addedRows, gathered, scattered, selected } from "../../reference/gather.ts";

const index = integers(0, 3);
const bytes = integers(0, 255, "u8");
const gradient = "second";
/** One index is outside. */
const outside = { draw: integers(3, 4) } as const;

/** No indices along the axis, none along another, nothing to choose from and nobody who asks. */
const EMPTY: readonly (readonly [x: Shape, index: Shape])[] = [
  [
    [4, 3],
    [0, 3],
  ],
  [
    [4, 3],
    [2, 0],
  ],
  [
    [4, 0],
    [2, 0],
  ],
  [
    [0, 3],
    [0, 3],
  ],
];

function gatherCase<D extends DType>(draw: Draw<D>): OpCase {
  return opCase({
    variant: draw.dtype,
    draws: [draw, index],
    call: ([x, at], { axis }: { axis: number }) => gather<D, Shape>(x, axis, at),
    reference: ([x, at], { axis }) => gathered(x, axis, at),
    gradient: { none: "not f32" },
    rows: [
      {
        inputs: [
          [4, 3],
          [2, 3],
        ],
        attributes: { axis: 0 },
      },
      {
        inputs: [
          [4, 3],
          [4, 5],
        ],
        attributes: { axis: 1 },
      },
    ],
    empty: EMPTY.map((inputs) => ({ inputs, attributes: { axis: 0 } })),
  });
}

function indexSelectCase<D extends DType>(draw: Draw<D>): OpCase {
  return opCase({
    variant: draw.dtype,
    draws: [draw, index],
    call: ([x, at], { axis }: { axis: number }) => indexSelect<Shape, D, number, Shape>(x, axis, at),
    reference: ([x, at], { axis }) => selected(x, axis, at),
    gradient: { none: "not f32" },
    rows: [
      { inputs: [[4, 5], [7]], attributes: { axis: 0 } },
      { inputs: [[2, 3, 2], [4]], attributes: { axis: 1 } },
      { inputs: [[5], [3]], attributes: { axis: 0 } },
    ],
    empty: [{ inputs: [[2, 4], [0]], attributes: { axis: 1 } }],
  });
}

export const gatherCases: CasesOf<typeof gatherOps> = {
  gather: [
    opCase({
      draws: [real, index],
      call: ([x, at], { axis }) => gather(x, axis, at),
      reference: ([x, at], { axis }) => gathered(x, axis, at),
      gradient,
      rows: [
        {
          inputs: [
            [4, 3],
            [2, 3],
          ],
          attributes: { axis: 0 },
        },
        {
          inputs: [
            [4, 3],
            [4, 5],
          ],
          attributes: { axis: 1 },
        },
        { inputs: [[3], [7]], attributes: { axis: 0 } },
        {
          inputs: [
            [2, 3, 4],
            [2, 3, 2],
          ],
          attributes: { axis: 2 },
        },
        {
          inputs: [
            [4, 3],
            [2, 2],
          ],
          attributes: { axis: 0 },
        },
      ],
      empty: EMPTY.map(([x, at]) => ({ inputs: [x, at] as const, attributes: { axis: 0 } })),
      errors: [
        { inputs: [[4, 3], [2]], attributes: { axis: 0 }, throws: ShapeError, message: /the index needs 2 axes/ },
        {
          inputs: [
            [4, 3],
            [5, 4],
          ],
          attributes: { axis: 0 },
          throws: ShapeError,
          message: /along axis 0 alone/,
        },
        {
          inputs: [[3, 3], { shape: [2, 3], ...outside }],
          attributes: { axis: 0 },
          throws: IndexError,
          message: /0…2/,
        },
        {
          inputs: [[4, 3], { shape: [2, 3], draw: real }],
          attributes: { axis: 0 },
          throws: DTypeError,
          message: /i32/,
        },
      ],
    }),
    gatherCase(bytes),
    ...STORAGE.map(gatherCase<DType>),
  ],
  scatterAdd: opCase({
    draws: [real, index, real],
    call: ([x, at, source], { axis }) => scatterAdd(x, axis, at, source),
    reference: ([x, at, source], { axis }) => scattered(x, axis, at, source),
    gradient,
    rows: [
      {
        inputs: [
          [4, 3],
          [6, 3],
          [6, 3],
        ],
        attributes: { axis: 0 },
      },
      {
        inputs: [
          [4, 3],
          [2, 5],
          [2, 5],
        ],
        attributes: { axis: 1 },
      },
      { inputs: [[3], [7], [7]], attributes: { axis: 0 } },
    ],
    empty: EMPTY.map(([x, at]) => ({ inputs: [x, at, at] as const, attributes: { axis: 0 } })),
    errors: [
      {
        inputs: [
          [4, 3],
          [2, 3],
          [3, 3],
        ],
        attributes: { axis: 0 },
        throws: ShapeError,
        message: /one index for each element/,
      },
      {
        inputs: [[3, 3], { shape: [2, 3], ...outside }, [2, 3]],
        attributes: { axis: 0 },
        throws: IndexError,
        message: /0…2/,
      },
      {
        inputs: [[3, 3], [2, 3], { shape: [2, 3], draw: index }],
        attributes: { axis: 0 },
        throws: DTypeError,
        message: /same dtype/,
      },
    ],
  }),
};

export const indexSelectCases: CasesOf<typeof indexSelectOps> = {
  indexSelect: [
    opCase({
      draws: [real, index],
      call: ([x, at], { axis }) => indexSelect(x, axis, at),
      reference: ([x, at], { axis }) => selected(x, axis, at),
      gradient,
      rows: [
        { inputs: [[4, 5], [7]], attributes: { axis: 0 } },
        { inputs: [[2, 3, 2], [4]], attributes: { axis: 1 } },
      ],
      empty: [
        { inputs: [[2, 4], [0]], attributes: { axis: 1 } },
        { inputs: [[0, 4], [0]], attributes: { axis: 0 } },
        { inputs: [[4, 0], [3]], attributes: { axis: 0 } },
      ],
      errors: [
        {
          inputs: [[3, 5], { shape: [2], ...outside }],
          attributes: { axis: 0 },
          throws: IndexError,
          message: /indices must be in 0…2/,
        },
        {
          inputs: [
            [3, 5],
            [2, 2],
          ],
          attributes: { axis: 0 },
          throws: ShapeError,
          message: /expected 1 axes/,
        },
        { inputs: [[3, 5], { shape: [2], draw: real }], attributes: { axis: 0 }, throws: DTypeError, message: /i32/ },
      ],
      speed: [{ inputs: [[5000, 100], [4096]], attributes: { axis: 0 } }],
    }),
    indexSelectCase(bytes),
    ...STORAGE.map(indexSelectCase<DType>),
  ],
  indexAdd: opCase({
    draws: [real, index],
    call: ([rows, at], { axis, size }) => indexAdd(rows, axis, at, size),
    reference: ([rows, at], { axis, size }) => addedRows(rows, axis, at, size),
    gradient,
    rows: [
      { inputs: [[7, 5], [7]], attributes: { axis: 0, size: 4 } },
      { inputs: [[2, 4, 2], [4]], attributes: { axis: 1, size: 3 } },
    ],
    empty: [
      { inputs: [[0, 2], [0]], attributes: { axis: 0, size: 3 } },
      { inputs: [[0, 2], [0]], attributes: { axis: 0, size: 0 } },
      { inputs: [[5, 0], [5]], attributes: { axis: 0, size: 3 } },
    ],
    errors: [
      {
        inputs: [[7, 5], [6]],
        attributes: { axis: 0, size: 4 },
        throws: ShapeError,
        message: /one index for each row/,
      },
      {
        inputs: [[2, 5], { shape: [2], ...outside }],
        attributes: { axis: 0, size: 3 },
        throws: IndexError,
        message: /0…2/,
      },
      {
        inputs: [{ shape: [2, 5], draw: index }, [2]],
        attributes: { axis: 0, size: 3 },
        throws: DTypeError,
        message: /takes f32/,
      },
    ],
    speed: [{ inputs: [[4096, 100], [4096]], attributes: { axis: 0, size: 5000 } }],
  }),
};

export const oneHotCases: CasesOf<typeof oneHotOps> = {
  oneHot: opCase({
    draws: [index],
    call: ([at], { classes }) => oneHot(at, classes),
    reference: ([at], { classes }) =>
      build([...at.shape, classes], (position) => Number(read(at, position.slice(0, -1)) === position.at(-1))),
    gradient: { none: "its argument is an index" },
    rows: [
      { inputs: [[5]], attributes: { classes: 3 } },
      { inputs: [[2, 3]], attributes: { classes: 4 } },
    ],
    empty: [
      { inputs: [[0]], attributes: { classes: 4 } },
      { inputs: [[2, 0]], attributes: { classes: 0 } },
    ],
    errors: [
      { inputs: [{ shape: [2], ...outside }], attributes: { classes: 3 }, throws: IndexError, message: /0…2/ },
      { inputs: [{ shape: [2], draw: real }], attributes: { classes: 3 }, throws: DTypeError, message: /must be i32/ },
      { inputs: [[2]], attributes: { classes: -1 }, throws: ValueError, message: /whole number from 0 up/ },
    ],
  }),
};
