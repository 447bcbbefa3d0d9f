import { ShapeError, ValueError, type viewOps } from "@unfoldjs/tensor-core";
import { real } from "../../draw.ts";
import { type CasesOf, opCase } from "../../op-case.ts";
import { build, read } from "../../reference/exact.ts";

const draws = [real] as const;
const gradient = "second";

export const viewCases: CasesOf<typeof viewOps> = {
  viewAs: opCase({
    publicName: "reshape",
    contiguousOnly: ["x"],
    draws,
    call: ([x], { to }) => x.reshape(to),
    reference: ([x], { to }) => ({ shape: to, values: x.values }),
    gradient,
    rows: [
      { inputs: [[3, 4]], attributes: { to: [2, 6] } },
      { inputs: [[2, 3, 4]], attributes: { to: [24] } },
      { inputs: [[1, 1]], attributes: { to: [] } },
    ],
    empty: [
      { inputs: [[0, 3]], attributes: { to: [3, 0, 2] } },
      { inputs: [[2, 0]], attributes: { to: [0] } },
    ],
    errors: [
      { inputs: [[3, 4]], attributes: { to: [5, 2] }, throws: ShapeError, message: /12 elements cannot become 10/ },
    ],
  }),
  resqueeze: [
    opCase({
      variant: "unsqueeze",
      publicName: "unsqueeze",
      draws,
      call: ([x], { axis }) => x.unsqueeze(axis),
      reference: ([x], { axis }) => ({
        shape: x.shape.toSpliced(axis < 0 ? x.shape.length + 1 + axis : axis, 0, 1),
        values: x.values,
      }),
      gradient,
      rows: [
        { inputs: [[3, 4]], attributes: { axis: 0 } },
        { inputs: [[3, 4]], attributes: { axis: -1 } },
        { inputs: [[]], attributes: { axis: 0 } },
      ],
      empty: [
        { inputs: [[0, 4]], attributes: { axis: 1 } },
        { inputs: [[3, 0]], attributes: { axis: 0 } },
      ],
      errors: [{ inputs: [[3, 4]], attributes: { axis: 4 }, throws: ShapeError, message: /axis must be in/ }],
    }),
    opCase({
      variant: "squeeze",
      publicName: "squeeze",
      draws,
      call: ([x], { axis }) => x.squeeze(axis),
      // A longer axis stays.
      reference: ([x], { axis }) => ({
        shape: x.shape.filter((size, at) => at !== axis || size !== 1),
        values: x.values,
      }),
      gradient,
      rows: [
        { inputs: [[3, 1, 4]], attributes: { axis: 1 } },
        { inputs: [[3, 1, 4]], attributes: { axis: 2 } },
      ],
      empty: [
        { inputs: [[0, 1]], attributes: { axis: 1 } },
        { inputs: [[2, 1, 0]], attributes: { axis: 1 } },
      ],
      errors: [{ inputs: [[3, 1]], attributes: { axis: 2 }, throws: ShapeError, message: /axis must be in -2…1/ }],
    }),
  ],
  permute: opCase({
    draws,
    call: ([x], { order }) => x.permute(...order),
    reference: ([x], { order }) =>
      build(
        order.map((axis) => x.shape[axis] ?? 0),
        (index) => {
          const own = new Array<number>(order.length);
          order.forEach((axis, to) => (own[axis] = index[to] ?? 0));
          return read(x, own);
        },
      ),
    gradient,
    rows: [
      { inputs: [[2, 3, 4]], attributes: { order: [2, 0, 1] } },
      { inputs: [[3, 5]], attributes: { order: [1, 0] } },
    ],
    empty: [
      { inputs: [[2, 0]], attributes: { order: [1, 0] } },
      { inputs: [[0, 3, 4]], attributes: { order: [1, 2, 0] } },
    ],
    errors: [
      { inputs: [[2, 3, 4]], attributes: { order: [0, 0, 1] }, throws: ShapeError, message: /each of the 3 axes once/ },
    ],
  }),
  expand: opCase({
    draws,
    call: ([x], { to }) => x.expand(to),
    reference: ([x], { to }) => build(to, (index) => read(x, index)),
    gradient,
    rows: [
      { inputs: [[3, 1]], attributes: { to: [3, 4] } },
      { inputs: [[4]], attributes: { to: [2, 3, 4] } },
      { inputs: [[]], attributes: { to: [2, 3] } },
    ],
    empty: [
      { inputs: [[1, 2]], attributes: { to: [0, 2] } },
      { inputs: [[0, 1]], attributes: { to: [3, 0, 4] } },
      { inputs: [[]], attributes: { to: [0] } },
    ],
    errors: [{ inputs: [[3, 2]], attributes: { to: [3, 4] }, throws: ShapeError, message: /only axes of size 1/ }],
  }),
  slice: opCase({
    draws,
    call: ([x], { axis, start, stop, step }) => x.slice(axis, start, stop, step),
    reference: ([x], { axis, start, stop, step }) => {
      const size = x.shape[axis] ?? 0;
      const places = Array.from({ length: size }, (_, i) => i);
      // Going back, `start` is the last of the part, and `stop` lies before its first.
      const after = (bound: number): number => Math.max(bound < 0 ? bound + size : bound, -1) + 1;
      const part = step > 0 ? places.slice(start, stop) : places.slice(after(stop), after(start)).toReversed();
      const picked = part.filter((_, i) => i % step === 0);
      return build(x.shape.with(axis, picked.length), (index) =>
        read(x, index.with(axis, picked[index[axis] ?? 0] ?? 0)),
      );
    },
    gradient,
    rows: [
      { inputs: [[5, 4]], attributes: { axis: 0, start: 1, stop: 4, step: 1 } },
      { inputs: [[5, 7]], attributes: { axis: 1, start: 0, stop: 7, step: 3 } },
      { inputs: [[5, 4]], attributes: { axis: 0, start: -3, stop: -1, step: 1 } },
      { inputs: [[5, 4]], attributes: { axis: 0, start: 3, stop: 0, step: -1 } },
      { inputs: [[1, 4]], attributes: { axis: 1, start: -1, stop: -7, step: -2 } },
      { inputs: [[2, 7]], attributes: { axis: 1, start: -1, stop: -7, step: -2 } },
    ],
    empty: [
      { inputs: [[5, 4]], attributes: { axis: 1, start: 3, stop: 2, step: 1 } },
      { inputs: [[0, 4]], attributes: { axis: 0, start: 0, stop: 3, step: 2 } },
      { inputs: [[5, 0]], attributes: { axis: 0, start: 1, stop: 3, step: 1 } },
      { inputs: [[5, 4]], attributes: { axis: 0, start: 1, stop: 3, step: -1 } },
    ],
    errors: [
      {
        inputs: [[5, 4]],
        attributes: { axis: 2, start: 0, stop: 1, step: 1 },
        throws: ShapeError,
        message: /axis must be in -2…1/,
      },
      {
        inputs: [[5, 4]],
        attributes: { axis: 0, start: 0, stop: 1, step: 0 },
        throws: ValueError,
        message: /step must be a whole number, and not 0/,
      },
    ],
  }),
  flip: opCase({
    draws,
    call: ([x], { axes }) => x.flip(axes),
    reference: ([x], { axes }) =>
      build(x.shape, (index) =>
        read(
          x,
          index.map((own, axis) => (axes.includes(axis) ? (x.shape[axis] ?? 0) - 1 - own : own)),
        ),
      ),
    gradient,
    rows: [
      { inputs: [[3, 4]], attributes: { axes: [0] } },
      { inputs: [[2, 3, 4]], attributes: { axes: [0, 2] } },
    ],
    empty: [
      { inputs: [[0, 4]], attributes: { axes: [0] } },
      { inputs: [[2, 0]], attributes: { axes: [0, 1] } },
    ],
    errors: [{ inputs: [[3, 4]], attributes: { axes: [1, -1] }, throws: ShapeError, message: /named twice/ }],
  }),
};
