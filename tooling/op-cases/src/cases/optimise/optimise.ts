import {
  adamRowsUpdate,
  adamUpdate,
  DTypeError,
  fromArray,
  type optimiseFamily,
  scope,
  sgdRowsUpdate,
  sgdUpdate,
  ShapeError,
  type TableRows,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { type Draw, integers, positive, real } from "../../draw.ts";
import { type ByName, type CasesOf, type OpCase, opCase, type Row } from "../../op-case.ts";
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

/** The same with `amsgrad=True`: the largest square so far, corrected as today's, is divided by. */
function amsgrad(values: readonly number[], a: Adam): readonly number[] {
  const [p = 0, , , , most = 0] = values;
  const [, mean, square] = adam(values, a);
  const start = a.isDecoupled ? p * (1 - RATE * a.weightDecay) : p;
  const largest = Math.max(most, square);
  const [unbiased, deviation] = [mean / (1 - BETA1 ** a.step), Math.sqrt(largest / (1 - BETA2 ** a.step))];
  return [start - (RATE * unbiased) / (deviation + EPSILON), mean, square, largest];
}

/** A case whose results are the tensors that a step writes. */
function step<A>(
  variant: string,
  draws: ByName<Draw<"f32">>,
  update: (tensors: ByName<Tensor>, attributes: A) => void,
  one: (values: readonly number[], attributes: A) => readonly number[],
  rows: readonly A[],
): OpCase {
  const names = Object.keys(draws);
  const written = names.filter((name) => name !== "gradient");
  const inputs = (shape: readonly number[]): (readonly number[])[] => names.map(() => shape);
  const over = (shapes: readonly (readonly number[])[]): Row[] =>
    shapes.flatMap((shape) => rows.map((attributes) => ({ inputs: inputs(shape), attributes, tolerance: 4e-6 })));
  return opCase<readonly Draw<"f32">[], A>({
    variant,
    draws: Object.values(draws),
    contiguousOnly: written,
    // A step writes in place: it works on copies of the inputs, in row-major order as it demands.
    call: (tensors, attributes) =>
      scope(() => {
        const own = Object.fromEntries(
          names.map((name, i) => [name, name === "gradient" ? (tensors[i] as Tensor) : (tensors[i] as Tensor).clone()]),
        );
        update(own, attributes);
        return Object.fromEntries(written.map((name) => [name, own[name] as Tensor]));
      }),
    reference: (arrays, attributes) => {
      const [{ shape, values }] = arrays as readonly [Exact];
      const stepped = values.map((_, i) =>
        one(
          arrays.map((array) => array.values[i] ?? NaN),
          attributes,
        ),
      );
      return Object.fromEntries(
        written.map((name, place) => [name, { shape, values: stepped.map((all) => all[place] ?? NaN) }]),
      );
    },
    gradient: none,
    rows: over([[3, 7], []]) as never,
    empty: over([[0, 2], [0]]) as never,
    errors: [
      ...names.slice(1).map((name, at) => ({
        inputs: inputs([2, 3]).with(at + 1, [3, 2]),
        attributes: rows[0] as A,
        throws: ShapeError,
        message: new RegExp(`the ${name} must have the parameter's shape`),
      })),
      {
        inputs: [{ shape: [2], draw: integers(0, 9) }, ...inputs([2]).slice(1)],
        attributes: rows[0] as A,
        throws: DTypeError,
        message: /takes f32/,
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
const runSgd = ({ parameter, gradient, velocity }: ByName<Tensor>, attributes: Sgd): void =>
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
const runAdam = ({ parameter, gradient, mean, square, largest }: ByName<Tensor>, { step: at, ...rest }: Adam): void => {
  const settings = { ...rest, learningRate: RATE, beta1: BETA1, beta2: BETA2, epsilon: EPSILON, scale: SCALE };
  const moments = [mean as Tensor, square as Tensor] as const;
  adamUpdate(parameter as Tensor, gradient as Tensor, ...moments, { ...settings, step: () => at }, largest);
};

/** Rows 1 and 4 of a table of 6 are stepped; the others stay. */
const CHOSEN = [1, 4];

/** A case whose results are the tables that a step on some rows writes. */
function rowStep<A>(
  draws: ByName<Draw<"f32">>,
  update: (tables: ByName<Tensor>, rows: TableRows, attributes: A) => void,
  one: (values: readonly number[], attributes: A) => readonly number[],
  rows: readonly A[],
): OpCase {
  const names = Object.keys(draws);
  const written = names.filter((name) => name !== "gradient");
  const inputs = (...width: readonly number[]): (readonly number[])[] =>
    names.map((name) => [name === "gradient" ? CHOSEN.length : 6, ...width]);
  const over = (widths: readonly (readonly number[])[]): Row[] =>
    widths.flatMap((width) => rows.map((attributes) => ({ inputs: inputs(...width), attributes, tolerance: 4e-6 })));
  return opCase<readonly Draw<"f32">[], A>({
    draws: Object.values(draws),
    contiguousOnly: written,
    fixed: ["indices"],
    call: (tensors, attributes) =>
      scope(() => {
        const own = Object.fromEntries(names.map((name, i) => [name, (tensors[i] as Tensor).clone()]));
        const values = tensors[names.indexOf("gradient")] as Tensor;
        update(own, { indices: fromArray(Int32Array.from(CHOSEN)), values }, attributes);
        return Object.fromEntries(written.map((name) => [name, own[name] as Tensor]));
      }),
    reference: (arrays, attributes) =>
      Object.fromEntries(
        written.map((name, place) => {
          const table = arrays[names.indexOf(name)] as Exact;
          const after = build(table.shape, ([row = 0, ...column]) => {
            const chosen = CHOSEN.indexOf(row);
            if (chosen < 0) return read(table, [row, ...column]);
            const values = arrays.map((x, i) => read(x, [names[i] === "gradient" ? chosen : row, ...column]));
            return one(values, attributes)[place] ?? NaN;
          });
          return [name, after];
        }),
      ),
    gradient: none,
    rows: over([[3], [2, 2]]) as never,
    empty: over([[0]]) as never,
    errors: [
      {
        inputs: inputs(3).with(1, [3, 3]),
        attributes: rows[0] as A,
        throws: ShapeError,
        message: /one row of the table's width for each index/,
      },
      {
        inputs: [{ shape: [6, 3], draw: integers(0, 9) }, ...inputs(3).slice(1)],
        attributes: rows[0] as A,
        throws: DTypeError,
        message: /takes f32/,
      },
    ] as never,
    speed: [{ inputs: inputs(1000), attributes: rows[0] as A }] as never,
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

const runSgdRows = ({ parameter, velocity }: ByName<Tensor>, rows: TableRows, attributes: Sgd): void =>
  sgdRowsUpdate(parameter as Tensor, rows, velocity, { ...attributes, learningRate: RATE, scale: SCALE });
const runAdamRows = ({ parameter, mean, square }: ByName<Tensor>, rows: TableRows, at: number): void =>
  adamRowsUpdate(parameter as Tensor, rows, mean as Tensor, square as Tensor, {
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
  sgdRowsUpdate: rowStep({ parameter: real, gradient: real, velocity: real }, runSgdRows, sgd, sgdRowRows),
  adamRowsUpdate: rowStep(
    { parameter: real, gradient: real, mean: real, square: positive },
    runAdamRows,
    sparseAdam,
    [1, 7, 1000],
  ),
  sgdUpdate: [
    step("", { parameter: real, gradient: real, velocity: real }, runSgd, sgd, sgdRows),
    step("without momentum", { parameter: real, gradient: real }, runSgd, sgd, [
      { momentum: 0, dampening: 0, weightDecay: 0.1, nesterov: false, isFirst: false },
    ]),
  ],
  adamUpdate: [
    step("", { parameter: real, gradient: real, mean: real, square: positive }, runAdam, adam, adamRows),
    step(
      "amsgrad",
      { parameter: real, gradient: real, mean: real, square: positive, largest: positive },
      runAdam,
      amsgrad,
      adamRows,
    ),
  ],
};
