import type * as core from "@unfoldjs/tensor-core";
import * as kind from "../../kinds.ts";
import { call, type Rows } from "../../row.ts";
import { x, truths, unary, each } from "./operands.ts";

const { axes, axis, indicesOf, number, operand, optional, options, tensorOf } = kind;

const keepDims = optional(kind.truth());

const binary = call({ a: operand(x), b: operand(x) });

const logical = call({ a: truths, b: truths });

const reduction = call({ x, axes: optional(axes(1)), keepDims });

const position = call({ x, axis: optional(axis(1)), keepDims });

/** Rows of elementwise functions and reductions. */
export const elementwise = {
  // Elementwise
  ...each(
    ["abs", "ceil", "cos", "erf", "exp", "expm1", "floor", "log", "log1p", "neg", "reciprocal", "round", "rsqrt"],
    unary,
  ),
  ...each(["sign", "sin", "sqrt", "square", "step", "trunc", "relu", "sigmoid", "silu", "tanh"], unary),
  softplus: call({ x, options: optional(options({ beta: kind.finite(2), threshold: number(1) })) }),
  ...each(["clone", "contiguous", "nonZero", "sumOfSquares"], unary),
  ...each(["encodeNpy", "aliasOf", "keep"], call({ tensor: x })),
  isFollowed: call({ tensor: { ...x, takes: [...x.takes, "a disposed tensor"] } }),
  ...each(["add", "sub", "mul", "div", "pow", "maximum", "minimum", "atan2"], binary),
  ...each(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"], binary),
  ...each(["logicalAnd", "logicalOr", "logicalXor"], logical),
  logicalNot: call({ x: truths }),
  gelu: call({ x, approximate: optional(kind.word("tanh")) }),
  clamp: call({
    x,
    low: optional({ ...number(0), takes: [...number(0).takes, "true", "false"] }),
    high: optional({ ...number(1), takes: [...number(1).takes, "true", "false"] }),
  }),
  where: call({ condition: truths, a: x, b: x }),
  geluGradient: call({ dy: x, x }),
  siluGradient: call({ dy: x, x }),
  reluGradient: call({ dy: x, y: x }),
  sigmoidGradient: call({ dy: x, y: x }),
  tanhGradient: call({ dy: x, y: x }),
  cast: call({ x, dtype: kind.word("i32") }),

  // Reductions
  ...each(["sum", "mean", "prod", "max", "min"], reduction),
  ...each(["any", "all"], call({ x: truths, axes: optional(axes(1)), keepDims })),
  ...each(["argmax", "argmin"], position),
  cumsum: call({ x, axis: axis(1) }),
  ...each(
    ["variance", "std"],
    call({ x, axes: optional(axes(1)), options: options({ correction: number(1), keepDims: kind.truth() }) }),
  ),
  norm: call({ x, p: optional(number(2)), axes: optional(axes(1)), keepDims }),
  ...each(["softmax", "logSoftmax"], call({ x, axis: optional(axis(1)) })),
  logSumExp: call({ x, axes: optional(axes(1)), keepDims }),
  magnitude: call({ x, axes: optional(axes(1)), keepDims }),
  softmaxGradient: call({ dy: x, y: x }),
  logSoftmaxGradient: call({ dy: x, y: x }),
  crossEntropy: call({
    logits: x,
    labels: indicesOf([2]),
    options: options({
      reduction: kind.word("sum"),
      ignoreIndex: kind.whole(-100),
      labelSmoothing: kind.from(0.1, "0"),
      weight: tensorOf([3]),
    }),
  }),
  crossEntropyGradient: call({
    dLoss: tensorOf([2]),
    logits: x,
    labels: indicesOf([2]),
    logSumExp: tensorOf([2, 2]),
    weight: optional(tensorOf([3])),
    attributes: kind.workedOut(() => ({ ignored: -100, smoothing: 0, isMean: false })),
  }),
} satisfies Partial<Rows<typeof core>>;
