import {
  type cumulativeOps,
  cumsum,
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
  scope,
  ShapeError,
  sort,
} from "@unfoldjs/tensor-core";
import { distinct, integers, real, truth } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { build, lines, read, total } from "../../reference/exact.ts";
import { addedRows, gathered, orderOf, scattered, selected } from "../../reference/gather.ts";

const index = integers(0, 3);
const gradient = "second";
/** One index is outside. */
const outside = { draw: integers(3, 4) } as const;

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
        {
          inputs: [
            [4, 3],
            [0, 3],
          ],
          attributes: { axis: 0 },
        },
      ],
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
    opCase({
      variant: "by sort",
      publicName: "sort",
      draws: [distinct()],
      call: ([x], { axis, descending }) => scope(() => sort(x, axis, descending).values),
      reference: ([x], { axis, descending }) =>
        lines(x, axis, (line) => orderOf(line, descending).map((at) => line[at] ?? NaN)),
      gradient,
      rows: [
        { inputs: [[3, 7]], attributes: { axis: 1, descending: false } },
        { inputs: [[3, 4]], attributes: { axis: 0, descending: true } },
      ],
      errors: [
        { inputs: [[3, 4]], attributes: { axis: 2, descending: true }, throws: ShapeError, message: /axis must be in/ },
        {
          inputs: [{ shape: [3], draw: truth }],
          attributes: { axis: 0, descending: false },
          throws: DTypeError,
          message: /takes f32 and i32/,
        },
      ],
    }),
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
      {
        inputs: [
          [4, 3],
          [0, 3],
          [0, 3],
        ],
        attributes: { axis: 0 },
      },
    ],
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
    ],
  }),
};

export const indexSelectCases: CasesOf<typeof indexSelectOps> = {
  indexSelect: opCase({
    draws: [real, index],
    call: ([x, at], { axis }) => indexSelect(x, axis, at),
    reference: ([x, at], { axis }) => selected(x, axis, at),
    gradient,
    rows: [
      { inputs: [[4, 5], [7]], attributes: { axis: 0 } },
      { inputs: [[2, 3, 2], [4]], attributes: { axis: 1 } },
      { inputs: [[2, 4], [0]], attributes: { axis: 1 } },
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
  indexAdd: opCase({
    draws: [real, index],
    call: ([rows, at], { axis, size }) => indexAdd(rows, axis, at, size),
    reference: ([rows, at], { axis, size }) => addedRows(rows, axis, at, size),
    gradient,
    rows: [
      { inputs: [[7, 5], [7]], attributes: { axis: 0, size: 4 } },
      { inputs: [[2, 4, 2], [4]], attributes: { axis: 1, size: 3 } },
      { inputs: [[0, 2], [0]], attributes: { axis: 0, size: 3 } },
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
      { inputs: [[0]], attributes: { classes: 4 } },
    ],
    errors: [{ inputs: [{ shape: [2], ...outside }], attributes: { classes: 3 }, throws: IndexError, message: /0…2/ }],
  }),
};

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
        { inputs: [[2, 0]], attributes: { axis: 1 } },
      ],
      errors: [{ inputs: [[3, 5]], attributes: { axis: 2 }, throws: ShapeError, message: /axis must be in -2…1/ }],
    }),
    opCase({
      variant: "i32",
      draws: [integers(-9, 9)],
      call: ([x], { axis }) => cumsum(x, axis),
      reference: ([x], { axis }) => lines(x, axis, (line) => line.map((_, last) => total(line.slice(0, last + 1)))),
      gradient: { none: "whole numbers" },
      rows: [{ inputs: [[3, 19]], attributes: { axis: 1 } }],
    }),
  ],
};
