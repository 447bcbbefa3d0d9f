import { describe, expect, test } from "vitest";
import { applyUpdate } from "../../dispatch/dispatch.ts";
import type { AnyUpdateOp } from "../../dispatch/op.ts";
import { wordVectorsFamily } from "../word-vectors/index.ts";
import { fromArray, ops, scope, ShapeError, type Tensor, tensor, ValueError } from "../../index.node.ts";

type Inputs = Readonly<Record<string, Tensor>>;

const ROWS = 4;
const SIZE = ROWS * ROWS;

/** Values that make sense in any place: no negative mean squares. */
const valuesOf = (seed: number): Float32Array =>
  Float32Array.from({ length: SIZE }, (_, i) => 0.1 + ((i * 7 + seed * 5) % 11) / 11);

/** Attributes of a step that every optimiser's op takes, and others ignore. */
const SETTINGS = {
  learningRate: 0.1,
  momentum: 0.9,
  dampening: 0,
  nesterov: false,
  isFirst: false,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-3,
  weightDecay: 0.1,
  isDecoupled: true,
  step: 2,
  scale: 1,
};

// Those of word vectors take tables of several shapes: `ops/word-vectors/apart.test.ts`.
const updates = Object.values(ops).filter(
  (op): op is typeof op & AnyUpdateOp => op.kind === "update" && !(op.name in wordVectorsFamily),
);

const run = (op: AnyUpdateOp, inputs: Inputs, settings: object = SETTINGS): void =>
  applyUpdate(op as never, inputs as never, settings as never);

/** Inputs of an op, each in memory of its own: square ones, and for each row the index of a row. */
const apart = (op: AnyUpdateOp): Record<string, Tensor> =>
  Object.fromEntries(
    op.inputs.map((name, i) => [
      name,
      name === "indices"
        ? (fromArray(Int32Array.from({ length: ROWS }, (_, row) => row)) as never)
        : (fromArray(valuesOf(i), [ROWS, ROWS]) as Tensor),
    ]),
  );

/** True if `f` is refused because of what shares memory, false if it is not refused. */
function refusal(f: () => void): boolean {
  try {
    f();
    return false;
  } catch (error) {
    if (error instanceof ShapeError) return true;
    throw error;
  }
}

/** What a step writes to `target`. */
function after(op: AnyUpdateOp, inputs: Inputs, target: string): number[] {
  run(op, inputs);
  return [...(inputs[target] as Tensor).data()];
}

describe.each(updates.map((op) => [op.name, op] as const))("%s", (_name, op) => {
  const pairs = op.writes.flatMap((target) =>
    op.inputs.filter((other) => other !== target && other !== "indices").map((other) => [target, other] as const),
  );

  test.each(pairs)("whose %s and %s share some memory is refused, or is as if they did not", (target, other) => {
    scope(() => {
      // One row further on in the same memory.
      const both = fromArray(Float32Array.from({ length: SIZE + ROWS }, (_, i) => 0.1 + ((i * 3) % 7) / 7));
      const inputs = apart(op);
      inputs[target] = both.slice(0, 0, SIZE).reshape([ROWS, ROWS]);
      inputs[other] = both.slice(0, ROWS, SIZE + ROWS).reshape([ROWS, ROWS]);
      const separate = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.clone()]));
      const before = [...both.data()];
      const wanted = refusal(() => run(op, inputs)) ? before.slice(0, SIZE) : after(op, separate, target);
      expect([...inputs[target].data()]).toEqual(wanted);
    });
  });
});

describe.each(
  updates
    .filter(({ variables }) => variables !== undefined && "scale" in variables)
    .map((op) => [op.name, op] as const),
)("%s", (_name, op) => {
  const isAdam = op.name.startsWith("adam");
  const unfit = [
    ["learningRate", [Number.NaN, Infinity]],
    ["scale", [Number.NaN]],
    ...(isAdam
      ? ([
          ["step", [0, -1, 1.5, Number.NaN, 2 ** 32]],
          ["beta1", [1, -0.1, Number.NaN]],
          ["beta2", [1, Number.NaN]],
          ["epsilon", [-1, Number.NaN]],
        ] as const)
      : ([
          ["momentum", [Number.NaN]],
          ["dampening", [Infinity]],
        ] as const)),
    ...(op.name.includes("Rows") ? [] : ([["weightDecay", [Number.NaN]]] as const)),
  ] as const;

  test.each(unfit.flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    "refuses %s = %d, and changes nothing",
    (name, value) => {
      scope(() => {
        const inputs = apart(op);
        const before = Object.values(inputs).map((input) => input.toArray());
        for (const setting of [value, () => value]) {
          if (typeof setting === "function" && !(name in (op.variables ?? {}))) continue;
          expect(() => run(op, inputs, { ...SETTINGS, [name]: setting })).toThrow(ValueError);
        }
        expect(Object.values(inputs).map((input) => input.toArray())).toEqual(before);
      });
    },
  );
});

test("a gradient that is the very memory of what is written is read before it is written", () => {
  scope(() => {
    const weights = tensor([1, 2, 3, 4, 5]);
    const inputs = { parameter: weights, gradient: weights, velocity: tensor([0, 0, 0, 0, 0]) } as never;
    run(ops.sgdUpdate, inputs, { ...SETTINGS, momentum: 0, weightDecay: 0 });
    expect([...weights.data()]).toEqual([0.9, 1.8, 2.7, 3.6, 4.5].map(Math.fround));
  });
});

test("momentum without a velocity is refused", () => {
  const [parameter, gradient] = [tensor([1]), tensor([1])];
  expect(() => run(ops.sgdUpdate, { parameter, gradient })).toThrow(/momentum needs a velocity/);
});
