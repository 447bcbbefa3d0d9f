import type * as core from "@unfoldjs/tensor-core";
import { fromArray } from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { x, table } from "./operands.ts";

const { count, indicesOf, number, optional, record, tensorOf } = kind;

const gloveSide = record({
  vectors: tensorOf([2, 3]),
  biases: tensorOf([2]),
  vectorSquares: tensorOf([2, 3]),
  biasSquares: tensorOf([2]),
});

const tableRows = record({ indices: kind.ascending(2), values: tensorOf([2, 3]) });

/** A setting: a number, or a function that gives it. */
const changing = (value: number): kind.Kind => ({
  ...number(value),
  takes: [...number(value).takes, "a function", "an async function"],
});

const sgd = {
  learningRate: changing(0.1),
  momentum: number(0.9),
  dampening: number(0),
  nesterov: kind.truth(false),
  isFirst: { ...kind.truth(true), takes: ["true", "false", "a function", "an async function"] as const },
  scale: changing(1),
};

const adam = {
  learningRate: changing(0.1),
  beta1: number(0.9),
  beta2: number(0.99),
  epsilon: number(1e-8),
  step: changing(1),
  scale: changing(1),
};

const learningWords = {
  text: record({ tokens: indicesOf([3]), starts: kind.given(() => fromArray(Int32Array.of(0, 3)), "a tensor of i32") }),
  tables: record({
    input: tensorOf([2, 3]),
    output: optional(tensorOf([2, 3])),
    nodes: optional(kind.given(() => undefined)),
    loss: optional(tensorOf([2])),
  }),
  knowledge: record({
    cumulative: optional(kind.given(() => fromArray(Int32Array.of(1, 2)), "a tensor of i32")),
    pathStarts: optional(kind.given(() => undefined)),
    paths: optional(kind.given(() => undefined)),
    keep: optional(indicesOf([2], 1)),
    subwordStarts: optional(kind.given(() => undefined)),
    subwords: optional(kind.given(() => undefined)),
  }),
  settings: record({
    window: count(2),
    shrinkWindows: kind.truth(),
    negative: count(1),
    mean: kind.truth(),
    learningRate: changing(0.1),
    seed: count(1),
    position: { ...count(0), takes: [...count(0).takes, "a function"] },
    order: kind.word("blocks"),
    roundWords: count(2),
  }),
};

const dense = { weightDecay: number(0), isDecoupled: kind.truth(false) };

/** Rows of steps that learn. */
export const steps = {
  // Optimisers' steps
  sgdUpdate: call({
    parameter: x,
    gradient: x,
    velocity: optional(x),
    settings: record({ ...sgd, weightDecay: number(0) }),
  }),
  sgdRowsUpdate: call({ parameter: table, rows: tableRows, velocity: optional(table), settings: record(sgd) }),
  adamUpdate: call({
    parameter: x,
    gradient: x,
    mean: x,
    square: x,
    settings: record({ ...adam, ...dense }),
    largest: optional(x),
  }),
  adamRowsUpdate: call({ parameter: table, rows: tableRows, mean: table, square: table, settings: record(adam) }),

  // Steps that learn word vectors
  skipGramUpdate: call(learningWords),
  cbowUpdate: call(learningWords),
  gloveUpdate: call({
    pairs: record({
      words: indicesOf([2]),
      contexts: indicesOf([2]),
      weights: tensorOf([2]),
      logs: tensorOf([2]),
    }),
    words: gloveSide,
    contexts: gloveSide,
    settings: record({ learningRate: changing(0.1) }),
    loss: optional(tensorOf([1])),
  }),
} satisfies Partial<Rows<typeof core>>;
