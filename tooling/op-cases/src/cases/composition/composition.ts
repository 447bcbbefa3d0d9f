import {
  at,
  crossEntropy,
  DTypeError,
  embedding,
  type Index,
  IndexError,
  logicalNot,
  maskedSelect,
  norm,
  pad,
  type PadMode,
  ShapeError,
  stack,
  ValueError,
} from "@unfoldjs/tensor-core";
import {
  awayFromZero,
  distinct,
  type Draw,
  elements,
  held,
  integers,
  positive,
  real,
  truth,
  uniform,
} from "../../draw.ts";
import { type OpCase, opCase } from "../../op-case.ts";
import { build, map, read, zip } from "../../reference/exact.ts";
import { normOf, padded, type Padding } from "../../reference/composition.ts";
import { reduce } from "../../reference/reduce.ts";
import { crossEntropyAtPlaces, crossEntropyOfProbabilities, type Reduced } from "../../reference/cross-entropy.ts";

const gradient = "second";

/** Numbers whose squares are beyond f32, on either side. */
const vast = uniform(-4e20, 4e20);
const tiny = uniform(-4e-25, 4e-25);

/** Functions that are made of ops: their gradients and leaks are worth as much. */
export const compositionCases: Readonly<Record<string, OpCase>> = {
  pad: opCase<readonly [typeof real], Padding & { mode?: PadMode }>({
    draws: [real],
    call: ([x], { margins, mode, value }) =>
      pad(x, margins, { ...(mode === undefined ? {} : { mode }), ...(value === undefined ? {} : { value }) }),
    reference: ([x], padding) => padded(x, padding),
    gradient,
    rows: [
      { inputs: [[3, 4]], attributes: { margins: [[1, 2]] } },
      {
        inputs: [[3, 4]],
        attributes: {
          margins: [
            [-1, 2],
            [0, -3],
          ],
          value: 2,
        },
      },
      {
        inputs: [[5, 4]],
        attributes: {
          margins: [
            [-1, -2],
            [-1, 0],
          ],
        },
      },
      ...(["reflect", "replicate", "circular"] as const).map((mode) => ({
        inputs: [[5, 4]] as const,
        attributes: {
          margins: [
            [-2, 2],
            [1, -1],
          ] as const,
          mode,
        },
      })),
      {
        inputs: [[3, 4]],
        attributes: {
          margins: [
            [1, 0],
            [0, 2],
          ],
          value: -1.5,
        },
      },
      {
        inputs: [[2, 3, 4]],
        attributes: {
          margins: [
            [2, 1],
            [1, 3],
          ],
          mode: "reflect",
        },
      },
      {
        inputs: [[3, 4]],
        attributes: {
          margins: [
            [4, 1],
            [0, 5],
          ],
          mode: "replicate",
        },
      },
      {
        inputs: [[3, 4]],
        attributes: {
          margins: [
            [3, 1],
            [2, 4],
          ],
          mode: "circular",
        },
      },
      { inputs: [[3, 4]], attributes: { margins: [[0, 0]], mode: "circular" } },
    ],
    empty: [
      { inputs: [[3, 0]], attributes: { margins: [[1, 2]] } },
      { inputs: [[0, 4]], attributes: { margins: [[1, 2]] } },
      { inputs: [[0, 4]], attributes: { margins: [[2, 1]], mode: "replicate" } },
      { inputs: [[0, 4]], attributes: { margins: [[2, 1]], mode: "reflect" } },
      { inputs: [[0]], attributes: { margins: [[0, 0]], mode: "circular" } },
    ],
    errors: [
      {
        inputs: [[3]],
        attributes: {
          margins: [
            [1, 1],
            [1, 1],
          ],
        },
        throws: ShapeError,
        message: /margins for 2 axes, the tensor has 1/,
      },
      {
        inputs: [[3]],
        attributes: { margins: [[3, 0]], mode: "reflect" },
        throws: ShapeError,
        message: /at most 2 on a side/,
      },
      { inputs: [[3]], attributes: { margins: [[0.5, 0]] }, throws: ValueError, message: /must be whole numbers/ },
      {
        inputs: [[3]],
        attributes: { margins: [[-2, -2]] },
        throws: ShapeError,
        message: /cuts 4 off an axis of size 3/,
      },
      { inputs: [[0]], attributes: { margins: [[1, 0]], mode: "circular" }, throws: ShapeError, message: /at most 0/ },
      { inputs: [[0]], attributes: { margins: [[1, 0]], mode: "replicate" }, throws: ShapeError, message: /at most 0/ },
    ],
  }),
  stack: opCase({
    draws: [real, real],
    call: (parts, { axis }) => stack(parts, axis),
    reference: (parts, { axis }) =>
      build((parts[0]?.shape ?? []).toSpliced(axis, 0, parts.length), (index) => {
        const part = parts[index[axis] ?? 0];
        return part === undefined ? NaN : read(part, index.toSpliced(axis, 1));
      }),
    gradient,
    rows: [
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        attributes: { axis: 0 },
      },
      {
        inputs: [
          [2, 3],
          [2, 3],
        ],
        attributes: { axis: 2 },
      },
      { inputs: [[], []], attributes: { axis: 0 } },
    ],
    empty: [
      {
        inputs: [
          [0, 3],
          [0, 3],
        ],
        attributes: { axis: 1 },
      },
      { inputs: [[0], [0]], attributes: { axis: 0 } },
    ],
  }),
  embedding: opCase({
    draws: [real, integers(0, 4)],
    call: ([weight, indices]) => embedding(weight, indices),
    reference: ([weight, indices]) =>
      build([...indices.shape, weight.shape[1] ?? 0], (place) =>
        read(weight, [read(indices, place.slice(0, -1)), place.at(-1) ?? 0]),
      ),
    gradient,
    rows: [
      { inputs: [[4, 3], [5]] },
      {
        inputs: [
          [4, 3],
          [2, 3],
        ],
      },
      { inputs: [[4, 3], []] },
    ],
    empty: [{ inputs: [[4, 3], [0]] }, { inputs: [[4, 0], [2]] }, { inputs: [[0, 3], [0]] }],
    errors: [{ inputs: [[3, 2], { shape: [2], draw: integers(3, 4) }], throws: IndexError, message: /0…2/ }],
    speed: [
      {
        inputs: [
          [5000, 100],
          [32, 20],
        ],
      },
    ],
  }),
  at: opCase<
    readonly [typeof real],
    { readonly lists: readonly (readonly number[])[]; readonly axes: readonly number[] }
  >({
    draws: [real],
    call: ([x], { lists, axes }) =>
      at(
        x,
        x.shape.map((_, axis): Index => lists[axes.indexOf(axis)] ?? ":"),
      ),
    // The lists' one axis stands where the first of theirs was if they are neighbours, else at the front.
    reference: ([x], { lists, axes }) => {
      const rest = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
      const first = axes[0] ?? 0;
      const front = axes.every((axis, i) => axis === first + i) ? first : 0;
      const count = lists.reduce((most, { length }) => (most === 1 ? length : most), 1);
      const shape = rest.map((axis) => x.shape[axis] ?? 0).toSpliced(front, 0, count);
      return build(shape, (index) => {
        const others = index.toSpliced(front, 1);
        const from = x.shape.map((size, axis) => {
          const list = lists[axes.indexOf(axis)];
          if (list === undefined) return others[rest.indexOf(axis)] ?? NaN;
          const position = list[list.length === 1 ? 0 : (index[front] ?? 0)] ?? NaN;
          return position < 0 ? position + size : position;
        });
        return read(x, from);
      });
    },
    gradient,
    rows: [
      { inputs: [[3, 4]], attributes: { lists: [[0, 2, 0, -1], [1]], axes: [0, 1] } },
      {
        inputs: [[2, 3, 4]],
        attributes: {
          lists: [
            [0, 2, 2],
            [3, -1, 3],
          ],
          axes: [1, 2],
        },
      },
      {
        inputs: [[2, 3, 4]],
        attributes: {
          lists: [
            [0, 1, 0],
            [3, 0, 3],
          ],
          axes: [0, 2],
        },
      },
      { inputs: [[5, 2]], attributes: { lists: [[4, 0, 4]], axes: [0] } },
    ],
    empty: [
      { inputs: [[0, 3]], attributes: { lists: [[], []], axes: [0, 1] } },
      {
        inputs: [[2, 0, 3]],
        attributes: {
          lists: [
            [1, 1],
            [2, 0],
          ],
          axes: [0, 2],
        },
      },
    ],
    errors: [
      {
        inputs: [[3, 4]],
        attributes: {
          lists: [
            [0, 1],
            [0, 1, 2],
          ],
          axes: [0, 1],
        },
        throws: ShapeError,
        message: /do not broadcast/,
      },
      {
        inputs: [[3, 4]],
        attributes: {
          lists: [
            [0, 3],
            [0, 1],
          ],
          axes: [0, 1],
        },
        throws: IndexError,
        message: /-3…2/,
      },
    ],
  }),
  maskedSelect: opCase({
    draws: [real, truth],
    call: ([x, mask]) => maskedSelect(x, mask),
    reference: ([x, mask]) => {
      const holds = zip([x, mask], (_, one) => one).values;
      const values = zip([x, mask], (value) => value).values.filter((_, i) => holds[i] === 1);
      return { shape: [values.length], values };
    },
    gradient,
    rows: [
      {
        inputs: [
          [3, 7],
          [3, 7],
        ],
      },
      { inputs: [[3, 7], [7]] },
      {
        inputs: [
          [3, 1],
          [2, 1, 5],
        ],
      },
      { inputs: [[3], []] },
    ],
    empty: [{ inputs: [[0, 3], [3]] }, { inputs: [[2, 3], { shape: [2, 3], draw: integers(0, 1, "bool") }] }],
    errors: [
      { inputs: [[2, 3], [4]], throws: ShapeError, message: /do not broadcast/ },
      { inputs: [[2], { shape: [2], draw: integers(0, 2) }], throws: DTypeError, message: /takes bool/ },
    ],
  }),
  norm: opCase<readonly [typeof real], { readonly p: number; readonly axes: readonly number[] }>({
    draws: [awayFromZero],
    call: ([x], { p, axes }) => norm(x, p, axes),
    reference: ([x], { p, axes }) => reduce(x, { axes }, (values) => normOf(values, p)),
    gradient,
    rows: [
      { inputs: [[3, 5]], attributes: { p: 2, axes: [1] } },
      { inputs: [[3, 5]], attributes: { p: 1, axes: [0] } },
      { inputs: [[3, 5]], attributes: { p: 3, axes: [0, 1] } },
      { inputs: [[3, 5]], attributes: { p: 0.5, axes: [1] } },
      { inputs: [[3, 5]], attributes: { p: -1, axes: [1] } },
      { inputs: [[3, 5]], attributes: { p: -2.5, axes: [0, 1] } },
      { inputs: [[3, 5]], attributes: { p: 90, axes: [1] }, smooth: false },
      { inputs: [[3, 5]], attributes: { p: 2, axes: [] } },
      { inputs: [{ shape: [3, 5], draw: distinct() }], attributes: { p: Infinity, axes: [0] }, smooth: false },
      { inputs: [{ shape: [3, 5], draw: distinct() }], attributes: { p: -Infinity, axes: [0] }, smooth: false },
      {
        inputs: [{ shape: [3, 5], draw: elements([0, 1, -2, 0, 7, 3]) }],
        attributes: { p: 0, axes: [1] },
        smooth: false,
      },
      ...[2, 3, 0.5, -2, 90].flatMap((p) =>
        [vast, tiny].map(
          (draw) => ({ inputs: [{ shape: [3, 5], draw }], attributes: { p, axes: [1] }, smooth: false }) as const,
        ),
      ),
    ],
    empty: [
      { inputs: [[3, 0]], attributes: { p: 2, axes: [1] } },
      { inputs: [[3, 0]], attributes: { p: 1, axes: [1] } },
      { inputs: [[3, 0]], attributes: { p: 3, axes: [0] } },
      { inputs: [[3, 0]], attributes: { p: Infinity, axes: [0] } },
    ],
    errors: [
      { inputs: [[3]], attributes: { p: NaN, axes: [0] }, throws: ValueError, message: /p must be a number/ },
      ...[-1, Infinity, -Infinity].map((p) => ({
        inputs: [[3, 0]] as const,
        attributes: { p, axes: [1] },
        throws: ShapeError,
        message: /no elements have no norm/,
      })),
    ],
  }),
  crossEntropyPlaces: opCase<readonly [typeof real, Draw<"i32">, typeof real], Reduced>({
    publicName: "crossEntropy",
    draws: [real, integers(0, 3), held(positive)],
    call: ([x, y, weight], options) => crossEntropy(x, y, { ...options, weight, ignoreIndex: 1 }),
    reference: ([x, y, weight], options) => crossEntropyAtPlaces(x, y, weight, { ...options, ignoreIndex: 1 }),
    gradient,
    rows: [
      { inputs: [[2, 3, 4], [2, 4], [3]], attributes: { reduction: "mean" } },
      { inputs: [[2, 3, 2, 2], [2, 2, 2], [3]], attributes: { reduction: "sum", labelSmoothing: 0.2 } },
      { inputs: [[2, 3, 4], [2, 4], [3]], attributes: { reduction: "none" } },
      { inputs: [[3], [], [3]], attributes: { reduction: "none", labelSmoothing: 0.1 } },
    ],
    empty: [
      { inputs: [[2, 3, 0], [2, 0], [3]], attributes: { reduction: "sum" } },
      { inputs: [[0, 3, 2], [0, 2], [3]], attributes: { reduction: "none" } },
    ],
    errors: [
      {
        inputs: [[2, 3, 4], [2], [3]],
        attributes: { reduction: "sum" },
        throws: ShapeError,
        message: /shape \[2, 4\]/,
      },
    ],
  }),
  crossEntropyProbabilities: opCase<readonly [typeof real, typeof real, typeof real], Reduced>({
    publicName: "crossEntropy",
    draws: [real, positive, held(positive)],
    call: ([x, q, weight], options) => crossEntropy(x, q, { ...options, weight }),
    reference: ([x, q, weight], options) => crossEntropyOfProbabilities(x, q, weight, options),
    gradient,
    rows: [
      { inputs: [[4, 3], [4, 3], [3]], attributes: { reduction: "mean" } },
      { inputs: [[2, 3, 4], [2, 3, 4], [3]], attributes: { reduction: "sum", labelSmoothing: 0.2 } },
      { inputs: [[2, 3, 4], [2, 3, 4], [3]], attributes: { reduction: "none" } },
      { inputs: [[3], [3], [3]], attributes: { reduction: "mean" } },
    ],
    empty: [
      { inputs: [[0, 3], [0, 3], [3]], attributes: { reduction: "sum" } },
      { inputs: [[2, 3, 0], [2, 3, 0], [3]], attributes: { reduction: "none" } },
    ],
    errors: [
      {
        inputs: [[2, 3], [2, 3], [2]],
        attributes: { reduction: "sum" },
        throws: ShapeError,
        message: /one weight for each of 3/,
      },
    ],
  }),
  logicalNot: opCase({
    draws: [truth],
    call: ([x]) => logicalNot(x),
    reference: ([x]) => map(x, (value) => 1 - value),
    gradient: { none: "truth values" },
    rows: [{ inputs: [[3, 5]] }],
    empty: [{ inputs: [[3, 0]] }],
  }),
};
