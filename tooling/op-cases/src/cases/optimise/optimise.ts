import {
  adamRowsUpdate,
  adamUpdate,
  type AnyTensor,
  fromArray,
  type optimiseFamily,
  scope,
  sgdRowsUpdate,
  sgdUpdate,
  ShapeError,
  type TableRows,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { type Draw, positive, real } from "../../draw.ts";
import { type CasesOf, type OpCase, opCase } from "../../op-case.ts";
import { build, type Exact, read } from "../../reference/exact.ts";

const none = { none: "it writes and gives nothing" } as const;

interface Sgd {
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: boolean;
  readonly isFirst: boolean;
}
interface Adam {
  readonly weightDecay: number;
  readonly isDecoupled: boolean;
  readonly step: number;
}

const RATE = 0.1;
const SCALE = 0.5;
const [BETA1, BETA2, EPSILON] = [0.9, 0.99, 1e-3];

/** torch.optim.SGD's documented algorithm, for one element: the parameter and the velocity after the step. */
function sgd([p, gradient, v]: readonly number[], a: Sgd): [parameter: number, velocity: number] {
  const g = SCALE * (gradient ?? 0) + a.weightDecay * (p ?? 0);
  const velocity = a.isFirst ? g : a.momentum * (v ?? 0) + (1 - a.dampening) * g;
  const direction = a.momentum === 0 ? g : a.nesterov ? g + a.momentum * velocity : velocity;
  return [(p ?? 0) - RATE * direction, velocity];
}

/** torch.optim.Adam's and AdamW's documented algorithm, for one element: parameter, mean and square after the step. */
function adam([p, gradient, m, v]: readonly number[], a: Adam): [parameter: number, mean: number, square: number] {
  const start = a.isDecoupled ? (p ?? 0) * (1 - RATE * a.weightDecay) : (p ?? 0);
  const g = SCALE * (gradient ?? 0) + (a.isDecoupled ? 0 : a.weightDecay * (p ?? 0));
  const mean = BETA1 * (m ?? 0) + (1 - BETA1) * g;
  const square = BETA2 * (v ?? 0) + (1 - BETA2) * g * g;
  const [unbiased, deviation] = [mean / (1 - BETA1 ** a.step), Math.sqrt(square / (1 - BETA2 ** a.step))];
  return [start - (RATE * unbiased) / (deviation + EPSILON), mean, square];
}

/** A case that looks at one of the tensors that a step writes. */
function step<A>(
  variant: string,
  draws: readonly Draw<"f32">[],
  update: (tensors: readonly Tensor[], attributes: A) => void,
  one: (values: readonly number[], attributes: A) => readonly number[],
  at: readonly [input: number, output: number],
  rows: readonly A[],
): OpCase {
  const shapes = [[3, 7], [0, 2], []] as const;
  const inputs = (shape: readonly number[]): (readonly number[])[] => draws.map(() => shape);
  return opCase<readonly Draw<"f32">[], A>({
    variant,
    draws,
    // A step writes in place: it works on copies of the inputs, in row-major order as it demands.
    call: (tensors, attributes) =>
      scope(() => {
        const own = tensors.map((tensor, i) => (i === 1 ? tensor : (tensor as AnyTensor as Tensor).clone()));
        update(own, attributes);
        return own[at[0]] as Tensor;
      }),
    reference: (arrays, attributes) => {
      const [first] = arrays as readonly [Exact];
      const element = (i: number): number =>
        one(
          arrays.map(({ values }) => values[i] ?? 0),
          attributes,
        )[at[1]] ?? NaN;
      return { shape: first.shape, values: first.values.map((_, i) => element(i)) };
    },
    gradient: none,
    rows: shapes.flatMap((shape) =>
      rows.map((attributes) => ({ inputs: inputs(shape), attributes, tolerance: 4e-6 })),
    ) as never,
    errors: [
      {
        inputs: [[2, 3], [3, 2], ...draws.slice(2).map(() => [2, 3])],
        attributes: rows[0] as A,
        throws: ShapeError,
        message: /gradient must have the parameter's shape/,
      },
    ] as never,
    speed: [{ inputs: inputs([1000, 1000]), attributes: rows[0] as A }] as never,
  });
}

const sgdRows: readonly Sgd[] = [
  { momentum: 0.9, dampening: 0.2, weightDecay: 0.1, nesterov: false, isFirst: false },
  { momentum: 0.9, dampening: 0, weightDecay: 0, nesterov: true, isFirst: false },
  { momentum: 0.9, dampening: 0.2, weightDecay: 0.1, nesterov: false, isFirst: true },
];
const runSgd = ([parameter, gradient, velocity]: readonly Tensor[], attributes: Sgd): void =>
  sgdUpdate(parameter as Tensor, gradient as Tensor, velocity, {
    ...attributes,
    learningRate: () => RATE,
    scale: SCALE,
  });

const adamRows: readonly Adam[] = [
  { weightDecay: 0, isDecoupled: false, step: 1 },
  { weightDecay: 0.1, isDecoupled: false, step: 7 },
  { weightDecay: 0.1, isDecoupled: true, step: 1000 },
];
const runAdam = ([parameter, gradient, mean, square]: readonly Tensor[], { step: at, ...rest }: Adam): void =>
  adamUpdate(parameter as Tensor, gradient as Tensor, mean as Tensor, square as Tensor, {
    ...rest,
    learningRate: RATE,
    beta1: BETA1,
    beta2: BETA2,
    epsilon: EPSILON,
    step: () => at,
    scale: SCALE,
  });

/** Rows 1 and 4 of a table of 6 are stepped; the others stay. */
const CHOSEN = [1, 4];

/** A case that looks at one of the tables that a step on rows writes. */
function rowStep<A>(
  variant: string,
  draws: readonly Draw<"f32">[],
  update: (tables: readonly Tensor[], rows: TableRows, attributes: A) => void,
  one: (values: readonly number[], attributes: A) => readonly number[],
  at: readonly [input: number, output: number],
  rows: readonly A[],
): OpCase {
  const inputs = (width: readonly number[]): (readonly number[])[] => [
    [6, ...width],
    [2, ...width],
    ...draws.slice(2).map(() => [6, ...width]),
  ];
  return opCase<readonly Draw<"f32">[], A>({
    variant,
    draws,
    call: ([table, gradient, ...remembered], attributes) =>
      scope(() => {
        const own = [table, ...remembered].map((tensor) => (tensor as AnyTensor as Tensor).clone());
        update(own, { indices: fromArray(Int32Array.from(CHOSEN)), values: gradient as Tensor }, attributes);
        return own[at[0]] as Tensor;
      }),
    reference: ([table, gradient, ...remembered], attributes) => {
      const [first, ...rest] = [table, ...remembered] as readonly Exact[];
      const looked = at[0] === 0 ? (first as Exact) : (rest[at[0] - 1] as Exact);
      return build(looked.shape, ([row = 0, ...column]) => {
        const chosen = CHOSEN.indexOf(row);
        if (chosen < 0) return read(looked, [row, ...column]);
        const values = [first, gradient, ...rest].map((x, i) => read(x as Exact, [i === 1 ? chosen : row, ...column]));
        return one(values, attributes)[at[1]] ?? NaN;
      });
    },
    gradient: none,
    rows: [[3], [0], [2, 2]].flatMap((width) =>
      rows.map((attributes) => ({ inputs: inputs(width), attributes, tolerance: 4e-6 })),
    ) as never,
    errors: [
      {
        inputs: [[6, 3], [3, 3], ...draws.slice(2).map(() => [6, 3])],
        attributes: rows[0] as A,
        throws: ShapeError,
        message: /one row of the table's width for each index/,
      },
    ] as never,
  });
}

/** torch.optim.SparseAdam's documented algorithm, for one element of a row that was looked up. */
function sparseAdam([p, gradient, m, v]: readonly number[], at: number): readonly number[] {
  const g = SCALE * (gradient ?? 0);
  const mean = BETA1 * (m ?? 0) + (1 - BETA1) * g;
  const square = BETA2 * (v ?? 0) + (1 - BETA2) * g * g;
  const size = (RATE * Math.sqrt(1 - BETA2 ** at)) / (1 - BETA1 ** at);
  return [(p ?? 0) - (size * mean) / (Math.sqrt(square) + EPSILON), mean, square];
}

const runSgdRows = ([table, velocity]: readonly Tensor[], rows: TableRows, attributes: Sgd): void =>
  sgdRowsUpdate(table as Tensor, rows, velocity, { ...attributes, learningRate: RATE, scale: SCALE });
const runAdamRows = ([table, mean, square]: readonly Tensor[], rows: TableRows, at: number): void =>
  adamRowsUpdate(table as Tensor, rows, mean as Tensor, square as Tensor, {
    learningRate: RATE,
    beta1: BETA1,
    beta2: BETA2,
    epsilon: EPSILON,
    step: at,
    scale: SCALE,
  });
/** Weight decay moves every row, so a step on rows has none. */
const sgdRowRows = sgdRows.map((row) => ({ ...row, weightDecay: 0 }));

export const optimiseCases: CasesOf<typeof optimiseFamily> = {
  sgdUpdate: [
    step("parameter", [real, real, real], runSgd, sgd, [0, 0], sgdRows),
    step("velocity", [real, real, real], runSgd, sgd, [2, 1], sgdRows),
    step(
      "without momentum",
      [real, real],
      runSgd,
      sgd,
      [0, 0],
      [{ momentum: 0, dampening: 0, weightDecay: 0.1, nesterov: false, isFirst: false }],
    ),
  ],
  sgdRowsUpdate: [
    rowStep("table", [real, real, real], runSgdRows, sgd, [0, 0], sgdRowRows),
    rowStep("velocity", [real, real, real], runSgdRows, sgd, [1, 1], sgdRowRows),
  ],
  adamRowsUpdate: [
    rowStep("table", [real, real, real, positive], runAdamRows, sparseAdam, [0, 0], [1, 7, 1000]),
    rowStep("mean", [real, real, real, positive], runAdamRows, sparseAdam, [1, 1], [7]),
    rowStep("square", [real, real, real, positive], runAdamRows, sparseAdam, [2, 2], [7]),
  ],
  adamUpdate: [
    step("parameter", [real, real, real, positive], runAdam, adam, [0, 0], adamRows),
    step("mean", [real, real, real, positive], runAdam, adam, [2, 1], adamRows),
    step("square", [real, real, real, positive], runAdam, adam, [3, 2], adamRows),
  ],
};
