import { argsort, scope, ShapeError, sort, type sortOps, topk, ValueError } from "@unfoldjs/tensor-core";
import { distinct, elements, integers } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { build, type Exact, lines, read } from "../../reference/exact.ts";
import { orderOf } from "../../reference/gather.ts";

/** Ties, infinities, both zeros and NaN. */
const TIED = elements([3, 1, NaN, -0, 0, 3, -Infinity, Infinity, 1, -2, NaN]);
const none = { none: "positions" } as const;

export const sortCases: CasesOf<typeof sortOps> = {
  sort: [
    opCase({
      variant: "argsort",
      publicName: "argsort",
      draws: [TIED],
      call: ([x], { axis, descending }) => argsort(x, axis, descending),
      reference: ([x], { axis, descending }) => lines(x, axis, (line) => orderOf(line, descending)),
      gradient: none,
      rows: [
        { inputs: [[3, 7]], attributes: { axis: 1, descending: false } },
        { inputs: [[3, 7]], attributes: { axis: -1, descending: true } },
        { inputs: [[23, 2]], attributes: { axis: 0, descending: false } },
        { inputs: [[2, 0]], attributes: { axis: 1, descending: false } },
      ],
      errors: [
        {
          inputs: [[3, 7]],
          attributes: { axis: 2, descending: false },
          throws: ShapeError,
          message: /axis must be in/,
        },
      ],
      speed: [{ inputs: [[64, 1000]], attributes: { axis: 1, descending: false } }],
    }),
    opCase({
      draws: [distinct()],
      call: ([x], { axis, descending }) => scope(() => sort(x, axis, descending).values),
      reference: ([x], { axis, descending }) => lines(x, axis, (line) => inOrder(line, descending)),
      gradient: "second",
      rows: [
        { inputs: [[3, 7]], attributes: { axis: 1, descending: false } },
        { inputs: [[3, 7]], attributes: { axis: -1, descending: true } },
        { inputs: [[5, 2]], attributes: { axis: 0, descending: false } },
        { inputs: [[2, 0]], attributes: { axis: 1, descending: false } },
        { inputs: [[0, 3]], attributes: { axis: 1, descending: false } },
      ],
      speed: [{ inputs: [[64, 1000]], attributes: { axis: 1, descending: false } }],
    }),
    opCase({
      variant: "values with ties",
      draws: [TIED],
      call: ([x], { axis, descending }) => scope(() => sort(x, axis, descending).values),
      reference: ([x], { axis, descending }) => lines(x, axis, (line) => inOrder(line, descending)),
      gradient: none,
      rows: [{ inputs: [[3, 17]], attributes: { axis: 1, descending: true } }],
    }),
    opCase({
      variant: "topk values",
      publicName: "topk",
      draws: [distinct()],
      call: ([x], { k, axis, largest }) => scope(() => topk(x, k, axis, largest).values),
      reference: ([x], { k, axis, largest }) =>
        first(
          k,
          axis,
          lines(x, axis, (line) => inOrder(line, largest)),
        ),
      gradient: "second",
      rows: [
        { inputs: [[3, 11]], attributes: { k: 4, axis: 1, largest: true } },
        { inputs: [[5, 2]], attributes: { k: 2, axis: 0, largest: false } },
        { inputs: [[5, 2]], attributes: { k: 0, axis: 0, largest: true } },
      ],
    }),
    opCase({
      variant: "topk",
      publicName: "topk",
      draws: [TIED],
      call: ([x], { k, axis, largest }) => scope(() => topk(x, k, axis, largest).indices),
      reference: ([x], { k, axis, largest }) => {
        return first(
          k,
          axis,
          lines(x, axis, (line) => orderOf(line, largest)),
        );
      },
      gradient: none,
      rows: [
        { inputs: [[3, 11]], attributes: { k: 4, axis: 1, largest: true } },
        { inputs: [[3, 11]], attributes: { k: 1, axis: 1, largest: false } },
        { inputs: [[5, 2]], attributes: { k: 5, axis: 0, largest: true } },
        { inputs: [[5, 2]], attributes: { k: 0, axis: 0, largest: true } },
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
    opCase({
      variant: "argsort i32",
      draws: [integers(-4, 4)],
      call: ([x], { descending }) => argsort(x, -1, descending),
      reference: ([x], { descending }) => lines(x, -1, (line) => orderOf(line, descending)),
      gradient: none,
      rows: [
        { inputs: [[3, 19]], attributes: { descending: false } },
        { inputs: [[3, 19]], attributes: { descending: true } },
      ],
    }),
  ],
};

function inOrder(line: readonly number[], descending: boolean): number[] {
  return orderOf(line, descending).map((at) => line[at] ?? NaN);
}

/** The first k along an axis. */
function first(k: number, axis: number, ordered: Exact): Exact {
  return build(ordered.shape.with(axis, k), (index) => read(ordered, index));
}
