import type * as core from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { x } from "./operands.ts";

const { indicesOf, list, optional, options, record, tensorOf } = kind;

const steps = tensorOf([3, 2, 3]);

const lengths = indicesOf([2]);

const sequence = { h0: tensorOf([2, 2]), lengths, reverse: kind.truth() };

/** Weights of two hidden units for inputs of three features. */
function recurrentWeights(gates: number): kind.Kind {
  const rows = 2 * gates;
  return record({
    weightIh: tensorOf([rows, 3]),
    weightHh: tensorOf([rows, 2]),
    biasIh: optional(tensorOf([rows])),
    biasHh: optional(tensorOf([rows])),
    ...(gates === 4 && { weightHr: optional(tensorOf([2, 2])) }),
  });
}

/** Rows of recurrent nets. */
export const recurrence = {
  rnn: call({
    x: steps,
    weights: recurrentWeights(1),
    options: options({ ...sequence, nonlinearity: kind.word("relu") }),
  }),
  gru: call({ x: steps, weights: recurrentWeights(3), options: options({ ...sequence, resetAfter: kind.truth() }) }),
  lstm: call({ x: steps, weights: recurrentWeights(4), options: options({ ...sequence, c0: tensorOf([2, 2]) }) }),
  rnnCell: call({
    x,
    h0: optional(tensorOf([2, 2])),
    weights: recurrentWeights(1),
    options: options({ nonlinearity: kind.word("relu") }),
  }),
  gruCell: call({
    x,
    h0: optional(tensorOf([2, 2])),
    weights: recurrentWeights(3),
    options: options({ resetAfter: kind.truth() }),
  }),
  lstmCell: call({
    x,
    state: record({ h0: optional(tensorOf([2, 2])), c0: optional(tensorOf([2, 2])) }, ...kind.emptyObjects),
    weights: recurrentWeights(4),
  }),
  rnnGradient: call({
    asked: list(kind.word("h0"), 1),
    forward: record({ output: tensorOf([3, 2, 2]), weightHh: tensorOf([2, 2]), lengths: optional(lengths) }),
    gradients: record(
      { dOutput: optional(tensorOf([3, 2, 2])), dHLast: optional(tensorOf([2, 2])) },
      ...kind.emptyObjects,
    ),
    attributes: kind.workedOut(() => ({ nonlinearity: "tanh", reverse: false })),
  }),
  gruGradient: call({
    asked: list(kind.word("h0"), 1),
    forward: record({
      output: tensorOf([3, 2, 2]),
      weightHh: tensorOf([6, 2]),
      gates: tensorOf([3, 2, 8]),
      h0: optional(tensorOf([2, 2])),
      lengths: optional(lengths),
    }),
    gradients: record(
      { dOutput: optional(tensorOf([3, 2, 2])), dHLast: optional(tensorOf([2, 2])) },
      ...kind.emptyObjects,
    ),
    attributes: kind.workedOut(() => ({ resetAfter: true, reverse: false })),
  }),
  lstmGradient: call({
    asked: list(kind.word("h0"), 1),
    forward: record({
      output: tensorOf([3, 2, 2]),
      weightHh: tensorOf([8, 2]),
      gates: tensorOf([3, 2, 8]),
      cells: tensorOf([3, 2, 2]),
      weightHr: optional(tensorOf([2, 2])),
      c0: optional(tensorOf([2, 2])),
      lengths: optional(lengths),
    }),
    gradients: record(
      {
        dOutput: optional(tensorOf([3, 2, 2])),
        dHLast: optional(tensorOf([2, 2])),
        dCLast: optional(tensorOf([2, 2])),
      },
      ...kind.emptyObjects,
    ),
    attributes: kind.workedOut(() => ({ reverse: false })),
  }),
} satisfies Partial<Rows<typeof core>>;
