import { argsort, DTypeError, ShapeError, sort, type sortOps, topk, ValueError } from "@unfoldjs/tensor-core";
import { distinct, elements, integers, truth } from "../../draw.ts";
import { type ByName, type CasesOf, opCase } from "../../op-case.ts";
import { build, type Exact, lines, read } from "../../reference/exact.ts";
import { orderOf } from "../../reference/gather.ts";

/** Ties, infinities, both zeros and NaN. */
const TIED = elements([3, 1, NaN, -0, 0, 3, -Infinity, Infinity, 1, -2, NaN]);
const none = { none: "whole numbers" } as const;

/** Elements in order along an axis, and where they stood. */
function sorted(x: Exact, axis: number, descending: boolean): ByName<Exact> & { readonly indices: Exact } {
  return {
    values: lines(x, axis, (line) => orderOf(line, descending).map((at) => line[at] ?? NaN)),
    indices: lines(x, axis, (line) => orderOf(line, descending)),
  };
}

/** The first k along an axis. */
function first(k: number, axis: number, { shape, values }: Exact): Exact {
  return build(shape.with(axis, k), (index) => read({ shape, values }, index));
}

const errors = [
  { inputs: [[3, 7]], attributes: { axis: 2, descending: false }, throws: ShapeError, message: /axis must be in/ },
  {
    inputs: [{ shape: [3], draw: truth }],
    attributes: { axis: 0, descending: false },
    throws: DTypeError,
    message: /takes f32 and i32/,
  },
] as const;
const empty = [
  { inputs: [[2, 0]], attributes: { axis: 1, descending: false } },
  { inputs: [[0, 3]], attributes: { axis: 1, descending: true } },
  { inputs: [[0, 3]], attributes: { axis: 0, descending: false } },
] as const;

export const sortCases: CasesOf<typeof sortOps> = {
  sort: [
    opCase({
      draws: [distinct()],
      call: ([x], { axis, descending }) => ({ ...sort(x, axis, { descending }) }),
      reference: ([x], { axis, descending }) => sorted(x, axis, descending),
      gradient: "second",
      rows: [
        { inputs: [[3, 7]], attributes: { axis: 1, descending: false } },
        { inputs: [[3, 7]], attributes: { axis: -1, descending: true } },
        { inputs: [[23, 2]], attributes: { axis: 0, descending: false } },
        { inputs: [{ shape: [3, 17], draw: TIED }], attributes: { axis: 1, descending: false }, smooth: false },
        { inputs: [{ shape: [3, 17], draw: TIED }], attributes: { axis: 1, descending: true }, smooth: false },
      ],
      empty,
      errors,
      speed: [{ inputs: [[64, 1000]], attributes: { axis: 1, descending: false } }],
    }),
    opCase({
      variant: "i32",
      draws: [integers(-4, 4)],
      call: ([x], { axis, descending }) => ({ ...sort(x, axis, { descending }) }),
      reference: ([x], { axis, descending }) => sorted(x, axis, descending),
      gradient: none,
      rows: [
        { inputs: [[3, 19]], attributes: { axis: 1, descending: false } },
        { inputs: [[3, 19]], attributes: { axis: 0, descending: true } },
      ],
      empty,
    }),
    opCase({
      variant: "positions alone",
      publicName: "argsort",
      draws: [TIED],
      call: ([x], { axis, descending }) => argsort(x, axis, { descending }),
      reference: ([x], { axis, descending }) => sorted(x, axis, descending).indices,
      gradient: { none: "positions" },
      rows: [
        { inputs: [[3, 7]], attributes: { axis: 1, descending: false } },
        { inputs: [[5, 3]], attributes: { axis: 0, descending: true } },
      ],
      empty,
      errors,
      speed: [{ inputs: [[64, 1000]], attributes: { axis: 1, descending: false } }],
    }),
    opCase({
      variant: "topk",
      publicName: "topk",
      draws: [distinct()],
      call: ([x], { k, axis, largest }) => ({ ...topk(x, k, axis, { largest }) }),
      reference: ([x], { k, axis, largest }) => {
        const all = Object.entries(sorted(x, axis, largest));
        return Object.fromEntries(all.map(([name, ordered]) => [name, first(k, axis, ordered)]));
      },
      gradient: "second",
      rows: [
        { inputs: [[3, 11]], attributes: { k: 4, axis: 1, largest: true } },
        { inputs: [[3, 11]], attributes: { k: 1, axis: 1, largest: false } },
        { inputs: [[5, 2]], attributes: { k: 5, axis: 0, largest: true } },
        { inputs: [{ shape: [3, 11], draw: TIED }], attributes: { k: 4, axis: 1, largest: true }, smooth: false },
      ],
      empty: [
        { inputs: [[5, 2]], attributes: { k: 0, axis: 0, largest: true } },
        { inputs: [[3, 0]], attributes: { k: 0, axis: 1, largest: true } },
        { inputs: [[0, 3]], attributes: { k: 2, axis: 1, largest: false } },
      ],
      errors: [
        {
          inputs: [[3, 7]],
          attributes: { k: 8, axis: 1, largest: true },
          throws: ShapeError,
          message: /larger than the axis \(7\)/,
        },
        {
          inputs: [[3, 7]],
          attributes: { k: 1.5, axis: 1, largest: true },
          throws: ValueError,
          message: /whole number/,
        },
      ],
      speed: [{ inputs: [[64, 10_000]], attributes: { k: 5, axis: 1, largest: true } }],
    }),
  ],
};
