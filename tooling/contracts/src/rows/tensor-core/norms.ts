import type * as core from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { x, images } from "./operands.ts";

const { count, finite, list, optional, options, record, tensorOf } = kind;

const response = options({ alpha: finite(1e-4), beta: finite(0.75), k: finite(1) });

/** Rows of norms. */
export const norms = {
  layerNorm: call({
    x,
    weight: optional(tensorOf([3])),
    bias: optional(tensorOf([3])),
    epsilon: optional(kind.from(1e-5, "0")),
  }),
  layerNormGradient: call({
    asked: list(kind.word("x"), 1),
    dy: x,
    x,
    statistics: record({ mean: tensorOf([2]), inverseDeviation: tensorOf([2]) }),
    weight: optional(tensorOf([3])),
  }),
  batchNorm: call({
    x,
    weight: optional(tensorOf([3])),
    bias: optional(tensorOf([3])),
    epsilon: optional(kind.from(1e-5, "0")),
  }),
  batchNormGradient: call({
    asked: list(kind.word("x"), 1),
    dy: x,
    x,
    statistics: record({ mean: tensorOf([3]), variance: tensorOf([3]) }),
    weight: optional(tensorOf([3])),
    epsilon: optional(kind.from(1e-5, "0")),
    given: optional(kind.truth(false)),
  }),
  batchNormApply: call({
    x,
    statistics: record({ mean: tensorOf([3]), variance: tensorOf([3]) }),
    weight: optional(tensorOf([3])),
    bias: optional(tensorOf([3])),
    epsilon: optional(kind.from(1e-5, "0")),
  }),
  updateRunning: call({
    running: record({
      mean: { ...tensorOf([3]), said: ["runningMean"] },
      variance: { ...tensorOf([3]), said: ["runningVariance"] },
      batches: optional(tensorOf([], "i32")),
    }),
    batch: record({ mean: tensorOf([3]), variance: tensorOf([3]) }),
    options: record({
      momentum: { ...finite(0.1), takes: [...finite(0.1).takes, "null"] },
      count: { ...count(4), takes: ["two", "2 ** 40"] as const },
    }),
  }),
  rmsNorm: call({ x, weight: optional(tensorOf([3])), epsilon: optional(kind.from(1e-5, "0")) }),
  rmsNormGradient: call({
    asked: list(kind.word("x"), 1),
    dy: x,
    x,
    statistics: record({ inverseRoot: tensorOf([2]) }),
    weight: optional(tensorOf([3])),
  }),
  groupNorm: call({
    x: images,
    groups: count(2),
    weight: optional(tensorOf([2])),
    bias: optional(tensorOf([2])),
    epsilon: optional(kind.from(1e-5, "0")),
  }),
  groupNormGradient: call({
    asked: list(kind.word("x"), 1),
    dy: images,
    x: images,
    groups: count(2),
    statistics: record({ mean: tensorOf([1, 2]), inverseDeviation: tensorOf([1, 2]) }),
    weight: optional(tensorOf([2])),
  }),
  instanceNorm: call({
    x: images,
    weight: optional(tensorOf([2])),
    bias: optional(tensorOf([2])),
    epsilon: optional(kind.from(1e-5, "0")),
  }),
  localResponseNorm: call({ x: images, size: count(3), options: response }),
  localResponseNormGradient: call({ dy: images, x: images, size: count(3), options: response }),
  localResponseOf: call({ op: kind.literal("norm"), size: count(3), options: response }),
} satisfies Partial<Rows<typeof core>>;
