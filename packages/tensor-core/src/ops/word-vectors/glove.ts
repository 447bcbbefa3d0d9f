import { assertRecord } from "../../arguments/checks.ts";
import { assertFloat } from "../../dispatch/dtypes.ts";
import { applyUpdate } from "../../dispatch/dispatch.ts";
import { defineUpdate, type UpdateOp } from "../../dispatch/op.ts";
import type { AnyTensor } from "../../dispatch/results.ts";
import { check } from "../../dispatch/status.ts";
import { DTypeError, ShapeError } from "../../errors/index.ts";
import { core } from "../../runtime/heap.ts";
import { assertTensor } from "../../tensor/assert-tensor.ts";
import { scope } from "../../tensor/scope.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Shape } from "../../types/shape.ts";
import { assertInRange } from "../gather/indices.ts";
import { assertApart } from "../optimise/apart.ts";
import { type Changing, factorOf } from "../optimise/changing.ts";
import { settingsOf } from "../optimise/settings.ts";

/** Words and contexts that were seen near each other X times. */
export interface GlovePairs {
  /** (count), i32 */
  readonly words: Tensor<Shape, "i32">;
  /** (count), i32 */
  readonly contexts: Tensor<Shape, "i32">;
  /** (count): f(X), how much a pair counts */
  readonly weights: Tensor<Shape>;
  /** (count): log X */
  readonly logs: Tensor<Shape>;
}

/** What is learnt of words, or of contexts. */
export interface GloveSide {
  /** (rows, size) */
  readonly vectors: Tensor<Shape>;
  /** (rows) */
  readonly biases: Tensor<Shape>;
  /** (rows, size): the sum of squared steps of each number, and where it began: 1 in the first program */
  readonly vectorSquares: Tensor<Shape>;
  /** (rows) */
  readonly biasSquares: Tensor<Shape>;
}

/** Settings of a call. */
export interface GloveSettings {
  readonly learningRate: Changing<number>;
}

type Names = [
  "words",
  "contexts",
  "weights",
  "logs",
  "vectors",
  "biases",
  "vectorSquares",
  "biasSquares",
  "contextVectors",
  "contextBiases",
  "contextVectorSquares",
  "contextBiasSquares",
  "loss?",
];
type GloveOp = UpdateOp<"gloveUpdate", Names, GloveSettings, "learningRate">;

const gloveOp: GloveOp = defineUpdate(
  "gloveUpdate",
  [
    "words",
    "contexts",
    "weights",
    "logs",
    "vectors",
    "biases",
    "vectorSquares",
    "biasSquares",
    "contextVectors",
    "contextBiases",
    "contextVectorSquares",
    "contextBiasSquares",
    "loss?",
  ],
  {
    writes: [
      "vectors",
      "biases",
      "vectorSquares",
      "biasSquares",
      "contextVectors",
      "contextBiases",
      "contextVectorSquares",
      "contextBiasSquares",
      "loss",
    ],
    variables: { learningRate: ({ learningRate }) => factorOf("gloveUpdate", "learningRate", learningRate) },
    check: ({ words, contexts, weights, logs, loss, ...sides }) => {
      assertFloat("gloveUpdate", { weights, logs, loss, ...sides });
      assertPairs({ words, contexts, weights, logs });
      const { vectors, contextVectors } = sides;
      assertSide("", vectors, vectors, sides.biases, sides.vectorSquares, sides.biasSquares);
      const { contextBiases, contextVectorSquares, contextBiasSquares } = sides;
      assertSide("context ", vectors, contextVectors, contextBiases, contextVectorSquares, contextBiasSquares);
      if (loss !== undefined && loss.size !== 1) {
        throw new ShapeError("gloveUpdate", { loss: loss.shape }, "loss must have one element");
      }
      for (const [name, table] of Object.entries({ ...sides, loss })) {
        if (table === undefined || table.isContiguous) continue;
        const { shape, strides } = table;
        throw new ShapeError("gloveUpdate", { [name]: shape, strides }, "what is updated must be contiguous");
      }
      assertApart("gloveUpdate", { ...sides, loss }, { weights, logs }, { sameElements: false });
      assertInRange("gloveUpdate", words, vectors.shape[0] ?? 0);
      assertInRange("gloveUpdate", contexts, contextVectors.shape[0] ?? 0);
    },
    run: ({ words, contexts, weights, logs, ...to }, _settings, { learningRate }) => {
      scope(() => {
        const [w, c, f, x] = [words, contexts, weights, logs].map((tensor) => tensor.contiguous().address) as [
          number,
          number,
          number,
          number,
        ];
        const status = core().learn_glove(
          words.size,
          to.vectors.shape[1] ?? 0,
          to.vectors.shape[0] ?? 0,
          to.contextVectors.shape[0] ?? 0,
          w,
          c,
          f,
          x,
          to.vectors.address,
          to.biases.address,
          to.vectorSquares.address,
          to.biasSquares.address,
          to.contextVectors.address,
          to.contextBiases.address,
          to.contextVectorSquares.address,
          to.contextBiasSquares.address,
          to.loss?.address ?? 0,
          learningRate,
        );
        check("gloveUpdate", status);
      });
    },
  },
);

const assertSettings = settingsOf("gloveUpdate", { numbers: [], truths: [], changing: ["learningRate"] });

function assertPairs(pairs: Readonly<Record<"words" | "contexts" | "weights" | "logs", AnyTensor>>): void {
  const { words, contexts, weights, logs } = pairs;
  for (const [name, { shape, dtype }] of Object.entries({ words, contexts })) {
    if (dtype === "i32") continue;
    throw new DTypeError("gloveUpdate", { [name]: shape, dtype }, `${name} must be i32`, `${name}.to("i32")`);
  }
  for (const list of [words, contexts, weights, logs]) {
    if (list.rank === 1 && list.size === words.size) continue;
    throw new ShapeError(
      "gloveUpdate",
      { words: words.shape, contexts: contexts.shape, weights: weights.shape, logs: logs.shape },
      "words, contexts, weights and logs must be lists of one length",
    );
  }
}

function assertSide(
  side: string,
  first: AnyTensor,
  vectors: AnyTensor,
  biases: AnyTensor,
  vectorSquares: AnyTensor,
  biasSquares: AnyTensor,
): void {
  const [rows, size] = vectors.shape;
  const fits =
    vectors.rank === 2 &&
    size === first.shape[1] &&
    vectorSquares.shape.join() === vectors.shape.join() &&
    [biases, biasSquares].every((list) => list.rank === 1 && list.size === rows);
  if (fits) return;
  throw new ShapeError(
    "gloveUpdate",
    {
      vectors: vectors.shape,
      biases: biases.shape,
      vectorSquares: vectorSquares.shape,
      biasSquares: biasSquares.shape,
    },
    `${side}vectors and their squares must be (rows, ${first.shape[1]}), biases and theirs (rows)`,
  );
}

/**
 * Learns from counts of words near each other (Pennington, Socher & Manning 2014): for each pair, in an order that follows from
 * the pairs alone, d = w·c + b_w + b_c − log X, s = rate f(X) d; w −= s c / √G_w, G_w += (s c)², and in the same way c and the
 * biases, all by their values before the step: AdaGrad as in glove.c.
 * @param loss (1): gets the sum of f(X) d² / 2, each before its step
 * @throws ShapeError, DTypeError on operands that do not fit, IndexError on pairs of no rows, ValueError on the rate
 */
export function gloveUpdate(
  pairs: GlovePairs,
  words: GloveSide,
  contexts: GloveSide,
  settings: GloveSettings,
  loss?: Tensor<Shape>,
): void {
  assertSettings(settings);
  assertRecord("gloveUpdate", "pairs", pairs, "{ words, contexts, weights, logs }");
  for (const name of ["words", "contexts", "weights", "logs"] as const) {
    assertTensor("gloveUpdate", `pairs.${name}`, pairs[name]);
  }
  for (const [argument, side] of [
    ["words", words],
    ["contexts", contexts],
  ] as const) {
    assertRecord("gloveUpdate", argument, side, "{ vectors, biases, vectorSquares, biasSquares }");
    for (const name of ["vectors", "biases", "vectorSquares", "biasSquares"] as const) {
      assertTensor("gloveUpdate", `${argument}.${name}`, side[name]);
    }
  }
  if (loss !== undefined) assertTensor("gloveUpdate", "loss", loss);
  const { vectors, biases, vectorSquares, biasSquares } = words;
  applyUpdate(
    gloveOp,
    {
      words: pairs.words,
      contexts: pairs.contexts,
      weights: pairs.weights,
      logs: pairs.logs,
      vectors,
      biases,
      vectorSquares,
      biasSquares,
      contextVectors: contexts.vectors,
      contextBiases: contexts.biases,
      contextVectorSquares: contexts.vectorSquares,
      contextBiasSquares: contexts.biasSquares,
      loss,
    },
    settings,
  );
}

export const gloveOps: { gloveUpdate: GloveOp } = { gloveUpdate: gloveOp };
