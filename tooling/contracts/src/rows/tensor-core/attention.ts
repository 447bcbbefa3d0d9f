import type * as core from "@unfoldjs/tensor-core";
import { Generator } from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";

const { indicesOf, list, number, optional, options, record, shape, tensorOf } = kind;

const probability: kind.Kind = { ...number(0.5), takes: ["zero", "half"] };

/** Rows of attention. */
export const attention = {
  scaledDotProductAttention: call({
    query: tensorOf([3, 2, 2]),
    key: tensorOf([3, 4, 2]),
    value: tensorOf([3, 4, 2]),
    options: options({
      attnMask: tensorOf([2, 4], "bool"),
      keyLengths: indicesOf([3], 1),
      isCausal: kind.truth(),
      scale: number(0.5),
      dropoutP: probability,
      generator: kind.given(() => new Generator(1)),
      enableGqa: kind.truth(false),
      needWeights: kind.truth(),
    }),
  }),
  scaledDotProductAttentionGradient: call({
    asked: list(kind.word("query"), 1),
    forward: record({
      query: tensorOf([3, 2, 2]),
      key: tensorOf([3, 4, 2]),
      value: tensorOf([3, 4, 2]),
      output: tensorOf([3, 2, 2]),
      rows: tensorOf([3, 2, 2]),
      attnMask: optional(tensorOf([2, 4], "bool")),
      keyLengths: optional(indicesOf([3], 1)),
      dropoutStream: optional(indicesOf([4], 1)),
    }),
    dOutput: tensorOf([3, 2, 2]),
    attributes: record({ scale: number(0.5), isCausal: kind.truth(), dropoutP: probability }),
  }),
  additiveAttentionScores: call({ query: tensorOf([3, 2, 2]), key: tensorOf([3, 4, 2]), weight: tensorOf([2]) }),
  additiveAttentionScoresGradient: call({
    asked: list(kind.word("query"), 1),
    dy: tensorOf([3, 2, 4]),
    query: tensorOf([3, 2, 2]),
    key: tensorOf([3, 4, 2]),
    weight: tensorOf([2]),
  }),
  bernoulliOf: call({ stream: indicesOf([4], 1), shape: shape([2, 3]), probability, value: number(1) }),
} satisfies Partial<Rows<typeof core>>;
