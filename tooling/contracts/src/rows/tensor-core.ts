import type * as core from "@unfoldjs/tensor-core";
import {
  Generator,
  encodeNpy,
  encodeNpz,
  encodeSafetensors,
  fromArray,
  scope,
  Tensor,
  tensor,
} from "@unfoldjs/tensor-core";
import * as kind from "../kinds.ts";
import { pyTorchFile } from "../pytorch-file.ts";
import { type ClassRow, call, type FunctionRow, type Rows } from "../row.ts";

const {
  axes,
  axis,
  count,
  dtype,
  finite,
  indicesOf,
  list,
  number,
  operand,
  optional,
  options,
  record,
  shape,
  sizes,
  tensorOf,
} = kind;

const x = tensorOf([2, 3]);
const truths = tensorOf([2, 3], "bool");
const images = tensorOf([1, 2, 4, 4]);
const volumes = tensorOf([1, 2, 4, 4, 4]);
const signals = tensorOf([1, 2, 6]);
const keepDims = optional(kind.truth());
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

const unary = call({ x });
const binary = call({ a: operand(x), b: operand(x) });
const logical = call({ a: truths, b: truths });
const reduction = call({ x, axes: optional(axes(1)), keepDims });
const position = call({ x, axis: optional(axis(1)), keepDims });

const stepping = { stride: sizes(1), dilation: sizes(1), groups: count(1), exact: kind.truth() };
const convolution = options({ ...stepping, padding: sizes(1) });
const transposed = options({ ...stepping, padding: sizes(0), outputPadding: sizes(0) });
const sliding = { kernel: sizes(2), stride: sizes(2), padding: sizes(0), ceilMode: kind.truth() };
const maxPool = options({ ...sliding, dilation: sizes(1) }, "kernel");
const response = options({ alpha: finite(1e-4), beta: finite(0.75), k: finite(1) });
const avgPool = options({ ...sliding, countIncludePad: kind.truth(), divisorOverride: count(2) }, "kernel");

/** What an average pooling's options come down to. */
function averages(spatial: 1 | 2): kind.Kind {
  const all = (size: number): number[] => Array.from({ length: spatial }, () => size);
  const sides = { kernel: all(2), stride: all(2), padding: all(0), dilation: all(1) };
  return kind.workedOut(() => ({ windows: { kind: "sliding", ...sides, ceilMode: false }, divisor: -1 }));
}

const spans = list(record({ axis: axis(0), start: count(0), stop: count(1), step: count(1) }), 1);
const gloveSide = record({
  vectors: tensorOf([2, 3]),
  biases: tensorOf([2]),
  vectorSquares: tensorOf([2, 3]),
  biasSquares: tensorOf([2]),
});
const tableRows = record({ indices: kind.ascending(2), values: tensorOf([2, 3]) });
const table = tensorOf([4, 3]);
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

const probability: kind.Kind = { ...number(0.5), takes: ["zero", "half"] };
const work = kind.callable(() => undefined);
const readOptions = options({ storage: kind.word("keep") });
/** Bytes of a file: others are no file, which is said when they are read. */
const sparseRows = kind.record({
  size: { ...kind.count(3), takes: ["two", "2 ** 40"] },
  starts: kind.given(() => Int32Array.of(0, 1, 2)),
  places: kind.given(() => Int32Array.of(2, 0)),
  weights: kind.given(() => Float32Array.of(1, 0.5), "a Float32Array"),
});
const file = (write: () => Uint8Array): kind.Kind => kind.given(write, "a Uint8Array");
const named = kind.given(() => ({ x: tensor([1, 2]) }), "an empty object", "an object without a prototype");

const atIndex: kind.Kind = {
  make: () => 0,
  takes: [
    "zero",
    "two",
    "null",
    "a tensor of i32",
    "a tensor of bool",
    "a scalar tensor",
    "an empty array",
    "an array of numbers",
  ],
  said: ["indices"],
};

const anError: ClassRow = {
  make: { op: kind.anything("op"), came: kind.anything({}), rule: kind.anything("rule"), fix: kind.anything("fix") },
  methods: { within: { name: kind.anything("layer") } },
};
const forDispatch = {
  none: "for packages that build on dispatch: what an op is, and what it is given, is theirs to know",
};

const isCheck = { none: "a check of arguments: its own are written by who checks, and all others here go through it" };

const functions: Omit<Rows<typeof core>, ErrorName | "Tensor" | "Generator" | "OpenScope"> = {
  // Tensors, and numbers out of them
  isTensor: call({ value: kind.anything(1) }),
  sizeOf: call({ shape: shape([2, 3]) }),
  arange: call({
    start: kind.finite(0),
    stop: optional(kind.finite(4)),
    step: optional(kind.finite(1)),
    dtype: optional(dtype),
  }),
  linspace: call({ start: number(0), stop: number(1), count: count(3) }),
  eye: call({ rows: count(3), columns: optional(count(2)) }),
  fromArray: call({
    values: kind.given(
      () => new Float32Array(6),
      "an array of numbers",
      "an empty array",
      "a Float32Array",
      "a Uint8Array",
      "an array with holes",
    ),
    shape: optional(shape([2, 3])),
    dtype: optional(dtype),
  }),
  full: call({
    shape: shape([2, 3]),
    value: { ...number(2), takes: [...number(2).takes, "true", "false"] },
    dtype: optional(dtype),
  }),
  zeros: call({ shape: shape([2, 3]), dtype: optional(dtype) }),
  ones: call({ shape: shape([2, 3]), dtype: optional(dtype) }),
  tensor: call({
    values: kind.given(
      () => [1, 2],
      "zero",
      "two",
      "minus seven",
      "half",
      "NaN",
      "Infinity",
      "2 ** 40",
      "true",
      "false",
      "an array of numbers",
      "an array of arrays",
      "an empty array",
    ),
    dtype: optional(dtype),
  }),
  zerosLike: unary,
  onesLike: unary,
  borrow: call({ x, read: work }),
  data: unary,
  item: call({ x: tensorOf([1]) }),
  toArray: unary,
  assign: call({ target: x, source: tensorOf([3]) }),
  at: call({ x, indices: list(atIndex, 1, "an array of numbers") }),
  range: call({ start: optional(kind.whole(0)), stop: optional(kind.whole(2)), step: optional(kind.whole(1)) }),

  // Memory, and what runs inside of something

  scope: call({ f: work }),
  openScope: call({}),
  trapNonFinite: call({ f: work }),
  unowned: call({ f: work }),
  capture: call({ f: work }),
  memory: call({}),
  tensorsIn: call({ value: kind.anything(1) }),
  refusePromise: call({ op: kind.anything("test"), value: kind.anything(1) }),

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

  // Products, convolutions, pooling
  matmul: call({ a: x, b: tensorOf([3, 2]) }),
  linear: call({
    x,
    weight: tensorOf([2, 3]),
    bias: optional(tensorOf([2])),
    options: options({ activation: kind.word("relu") }),
  }),
  linearGradient: call({
    asked: list(kind.word("x"), 1),
    dy: tensorOf([2, 2]),
    x: optional(x),
    weight: tensorOf([2, 3]),
    activated: optional(record({ activation: kind.word("relu"), kept: tensorOf([2, 2]) })),
  }),
  addProduct: call({ target: tensorOf([2, 2]), a: x, b: tensorOf([3, 2]) }),
  conv1d: call({ x: signals, weight: tensorOf([2, 2, 3]), bias: optional(tensorOf([2])), options: convolution }),
  conv2d: call({ x: images, weight: tensorOf([2, 2, 3, 3]), bias: optional(tensorOf([2])), options: convolution }),
  conv1dInputGradient: call({
    dy: signals,
    weight: tensorOf([2, 2, 3]),
    inputShape: shape([1, 2, 6]),
    options: convolution,
  }),
  conv1dFilterGradient: call({ x: signals, dy: signals, weightShape: shape([2, 2, 3]), options: convolution }),
  conv2dInputGradient: call({
    dy: images,
    weight: tensorOf([2, 2, 3, 3]),
    inputShape: shape([1, 2, 4, 4]),
    options: convolution,
  }),
  conv2dFilterGradient: call({ x: images, dy: images, weightShape: shape([2, 2, 3, 3]), options: convolution }),
  convTranspose1d: call({
    x: signals,
    weight: tensorOf([2, 2, 3]),
    bias: optional(tensorOf([2])),
    options: transposed,
  }),
  convTranspose2d: call({
    x: images,
    weight: tensorOf([2, 2, 3, 3]),
    bias: optional(tensorOf([2])),
    options: transposed,
  }),
  conv3d: call({
    x: volumes,
    weight: tensorOf([2, 2, 2, 2, 2]),
    bias: optional(tensorOf([2])),
    options: convolution,
  }),
  convTranspose3d: call({
    x: volumes,
    weight: tensorOf([2, 2, 3, 3, 3]),
    bias: optional(tensorOf([2])),
    options: transposed,
  }),
  unfold: call({
    x: images,
    kernelSize: sizes(2),
    options: options({ stride: sizes(1), padding: sizes(1), dilation: sizes(1) }),
  }),
  fold: call({
    x: tensorOf([1, 8, 9]),
    outputSize: sizes(4),
    kernelSize: sizes(2),
    options: options({ stride: sizes(1), padding: sizes(0), dilation: sizes(1) }),
  }),
  interpolate: call({
    x: images,
    options: options(
      {
        scaleFactor: kind.given(() => 2, "two", "half", "an array of numbers"),
        mode: kind.word("bilinear"),
        alignCorners: kind.truth(),
        antialias: kind.truth(),
      },
      "scaleFactor",
    ),
  }),
  pixelShuffle: call({ x: images, upscaleFactor: count(1) }),
  pixelUnshuffle: call({ x: images, downscaleFactor: count(2) }),
  tile: call({ x, repeats: kind.given(() => [2, 1], "an array of numbers", "an empty array") }),
  correlate2d: call({ x: tensorOf([4, 4]), kernel: tensorOf([3, 3]), options: convolution }),
  convolve2d: call({ x: tensorOf([4, 4]), kernel: tensorOf([3, 3]), options: convolution }),
  convolutionOf: call({
    op: kind.literal("test"),
    weight: { ...shape([2, 2, 3, 3]), element: { ...number(2), said: ["weight"] } },
    options: convolution,
    axes: kind.literal(2),
  }),
  pairOf: call({
    op: kind.literal("test"),
    name: kind.literal("size"),
    value: { ...sizes(2), said: ["size"] },
    least: kind.literal(1),
  }),
  sizesOf: call({
    op: kind.literal("test"),
    name: kind.literal("size"),
    value: { ...sizes(2), said: ["size"] },
    least: kind.literal(1),
    count: kind.literal(2),
  }),
  maxPool1d: call({ x: signals, options: maxPool }),
  maxPool2d: call({ x: images, options: maxPool }),
  maxPool1dWithIndices: call({ x: signals, options: maxPool }),
  maxPool2dWithIndices: call({ x: images, options: maxPool }),
  maxPool1dGather: call({ x: signals, indices: indicesOf([1, 2, 3]) }),
  maxPool2dGather: call({ x: images, indices: indicesOf([1, 2, 2, 2]) }),
  maxPool1dGradient: call({ dy: tensorOf([1, 2, 3]), indices: indicesOf([1, 2, 3]), inputShape: shape([1, 2, 6]) }),
  maxPool2dGradient: call({
    dy: tensorOf([1, 2, 2, 2]),
    indices: indicesOf([1, 2, 2, 2]),
    inputShape: shape([1, 2, 4, 4]),
  }),
  avgPool1d: call({ x: signals, options: avgPool }),
  avgPool2d: call({ x: images, options: avgPool }),
  avgPool1dOver: call({ x: signals, attributes: averages(1) }),
  avgPool2dOver: call({ x: images, attributes: averages(2) }),
  avgPool1dGradient: call({ dy: tensorOf([1, 2, 3]), inputShape: shape([1, 2, 6]), attributes: averages(1) }),
  avgPool2dGradient: call({ dy: tensorOf([1, 2, 2, 2]), inputShape: shape([1, 2, 4, 4]), attributes: averages(2) }),
  ...each(["adaptiveAvgPool1d", "adaptiveMaxPool1d"], call({ x: signals, outputSize: sizes(2) })),
  ...each(["adaptiveAvgPool2d", "adaptiveMaxPool2d"], call({ x: images, outputSize: sizes(2) })),
  maxPool3d: call({ x: volumes, options: maxPool }),
  avgPool3d: call({ x: volumes, options: avgPool }),
  ...each(["adaptiveAvgPool3d", "adaptiveMaxPool3d"], call({ x: volumes, outputSize: sizes(2) })),

  // Norms
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

  // Recurrent nets
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

  // Attention
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

  // Picking, ordering, joining
  gather: call({ x, axis: axis(1), index: indicesOf([2, 2]) }),
  scatterAdd: call({ x, axis: axis(1), index: indicesOf([2, 2]), source: tensorOf([2, 2]) }),
  resample: call({ x: tensorOf([2, 3]), axis: axis(1), rows: sparseRows }),
  transposedRows: call({ rows: sparseRows }),
  indexSelect: call({ x, axis: axis(1), index: indicesOf([2]) }),
  indexAdd: call({ rows: x, axis: axis(0), index: indicesOf([2]), size: count(4) }),
  embedding: call({ weight: table, indices: indicesOf([2, 2]), options: options({ sparse: kind.truth(false) }) }),
  coalesceRows: call({ indices: indicesOf([2]), values: x }),
  maskedSelect: call({ x, mask: truths }),
  oneHot: call({ index: indicesOf([2]), classes: count(3) }),
  sort: call({ x, axis: optional(axis(1)), options: options({ descending: kind.truth(), stable: kind.truth() }) }),
  argsort: call({ x, axis: optional(axis(1)), options: options({ descending: kind.truth(), stable: kind.truth() }) }),
  unique: call({ x }),
  bincount: call({
    x: indicesOf([3]),
    options: options({ weights: optional(tensorOf([3])), minLength: optional(count(4)) }),
  }),
  searchSorted: call({
    sortedSequence: tensorOf([3]),
    values: x,
    options: options({ right: kind.truth(false), sorter: optional(indicesOf([3])) }),
  }),
  svd: call({ x, options: options({ fullMatrices: kind.truth(false) }) }),
  eigh: call({ x: tensorOf([2, 2]), options: options({ uplo: kind.word("L") }) }),
  tSneForces: call({
    points: tensorOf([3, 2]),
    pairs: record({
      starts: { ...indicesOf([4]), make: () => tensor([0, 1, 2, 3], "i32") },
      places: indicesOf([3]),
      probabilities: tensorOf([3]),
    }),
    options: options({ theta: number(0.5), exaggeration: number(1) }),
  }),
  similarRows: call({
    queries: x,
    rows: x,
    k: count(1),
    options: options({ scale: tensorOf([2]) }),
  }),
  topk: call({
    x,
    k: count(1),
    axis: optional(axis(1)),
    options: options({ largest: kind.truth(), sorted: kind.truth() }),
  }),
  concat: call({ tensors: list(x), axis: optional(axis(1)) }),
  stack: call({ tensors: list(x), axis: optional(axis(1)) }),
  pad: call({
    x,
    margins: list({ make: () => [1, 1], takes: ["an array of numbers"], element: count(1) }, 1, "an array of arrays"),
    options: options({ mode: kind.word("replicate"), value: number(0) }),
  }),

  // Views
  reshape: call({ x, shape: shape([3, 2]) }),
  flatten: call({ x, start: optional(axis(0)), end: optional(axis(1)) }),
  permute: call({ x, order: axes([1, 0]) }),
  transpose: call({ x, a: optional(axis(0)), b: optional(axis(1)) }),
  expand: call({ x, shape: shape([2, 2, 3]) }),
  squeeze: call({ x: tensorOf([2, 1]), axis: optional(axes(1)) }),
  unsqueeze: call({ x, axis: axis(0) }),
  slice: call({
    x,
    axis: axis(0),
    start: optional(kind.whole(0)),
    stop: optional(kind.whole(1)),
    step: optional(kind.whole(1)),
  }),
  split: call({ x, size: count(1), axis: optional(axis(0)) }),
  flip: call({ x, axis: optional(axes(0)) }),
  sliceSpans: call({ x, spans }, "slice"),
  sliceGradient: call({ dy: tensorOf([1, 3]), spans, shape: shape([2, 3]) }),
  sumTo: call({ x, shape: shape([1, 3]) }),

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

  // Files
  unpickle: { none: "for readers of files, which give it what they checked: those of PyTorch and gensim are called" },
  decodeNpy: call({ bytes: file(() => scope(() => encodeNpy(tensor([1, 2])))), options: readOptions }),
  decodeNpz: call({ bytes: file(() => scope(() => encodeNpz({ x: tensor([1, 2]) }))), options: readOptions }),
  decodePyTorch: call({ bytes: file(pyTorchFile), options: readOptions }),
  decodeSafetensors: call({
    bytes: file(() => scope(() => encodeSafetensors({ x: tensor([1, 2]) }))),
    options: readOptions,
  }),
  encodeNpz: call({ tensors: named, options: options({ compress: kind.truth() }) }),
  encodeSafetensors: call({
    tensors: named,
    metadata: optional(kind.given(() => ({ by: "test" }), "an empty object", "an object without a prototype")),
  }),

  // What says of arguments that they are wrong
  ...each(["assertBoolean", "assertBytes", "assertFinite", "assertFunction", "assertGenerator", "assertList"], isCheck),
  ...each(["assertNamedTensors", "assertNumber", "assertOneOf", "assertPlain", "assertRecord", "assertShape"], isCheck),
  ...each(["assertString", "assertTensor", "assertTensors", "assertWhole", "checkOptions", "oneOf"], isCheck),
  ...each(
    ["aDType", "anyNumber", "checkedLater", "fromZero", "inCall", "nearest", "truthValue", "wrongArgument"],
    isCheck,
  ),
  describe: call({ value: kind.anything(1) }),
  isGenerator: call({ value: kind.anything(1) }),
  isUnfoldError: call({ value: kind.anything(1) }),

  // Dispatch
  apply: forDispatch,
  applyUpdate: forDispatch,
  reapply: forDispatch,
  costOf: forDispatch,
  defineOp: forDispatch,
  defineUpdate: forDispatch,
  currentHandlers: call({}),

  withHandler: forDispatch,
  withHandlers: forDispatch,
};

function each<const Name extends string, R>(names: readonly Name[], row: R): { readonly [N in Name]: R } {
  return Object.fromEntries(names.map((name) => [name, row])) as { readonly [N in Name]: R };
}

type ErrorName = Exclude<Extract<keyof typeof core, `${string}Error`>, "isUnfoldError">;

/** A method is the function of its name, on the tensor that is the function's first argument. */
function method({ call: inputs }: FunctionRow): kind.Arguments {
  return Object.fromEntries(Object.entries(inputs).slice(1));
}

/** The methods of `Tensor` by their functions: those that have none are listed. */
const tensorMethods: Record<string, kind.Arguments> = Object.fromEntries(
  Object.getOwnPropertyNames(Tensor.prototype).flatMap((name) => {
    const row = (functions as Readonly<Record<string, FunctionRow | undefined>>)[name];
    return row === undefined || !("call" in row) ? [] : [[name, method(row)]];
  }),
);

const random = { shape: shape([2, 3]) };

export const tensorCore: Rows<typeof core> = {
  ...functions,
  Tensor: {
    make: { none: "ops make tensors; its arguments are a storage and where in it the elements lie" },
    instance: () => tensorOf([2, 3]).make() as object,
    methods: {
      ...tensorMethods,
      at: { index: atIndex },
      permute: { a: axis(1), b: axis(0) },
      to: { dtype: kind.word("i32") },
      assertLive: { op: kind.literal("test") },
      dispose: {},
      enterScope: {},
      keep: {},
      toJSON: {},
    },
    notPublic: ["watch"],
    inside: ["cast"], // is `to` as a function
    special: {
      item: () => tensorOf([1]).make() as object,
      squeeze: () => tensorOf([2, 1]).make() as object,
      any: () => truths.make() as object,
      all: () => truths.make() as object,
    },
  },
  Generator: {
    make: { seed: optional(count(1)) },
    methods: {
      state: {},
      restore: { state: record({ seed: count(1), counter: count(1) }) },
      manualSeed: { seed: count(1) },
      uniform: { ...random, low: optional(kind.finite(0)), high: optional(kind.finite(1)) },
      normal: { ...random, mean: optional(kind.finite(0)), deviation: optional(kind.from(1, "0")) },
      integers: { ...random, low: kind.whole(0), high: kind.whole(5) },
      permutation: { count: { ...count(4), takes: ["zero", "two"] } },
      bernoulli: { ...random, probability: kind.from(0.5, "0") },
      dropoutMask: { ...random, probability: kind.from(0.5, "0") },
      reserve: { blocks: count(1) },
      stream: { blocks: count(1) },
    },
    notPublic: ["choose"],
  },
  OpenScope: {
    make: {},
    methods: { run: { f: work }, own: { value: kind.anything(1) }, dispose: {} },
    notPublic: ["take", "letGo", "assertOpen"],
  },
  UnfoldError: { none: "abstract: its subclasses are made" },
  DisposedError: anError,
  DTypeError: anError,
  FileError: anError,
  FormatError: anError,
  GradientError: anError,
  IndexError: anError,
  NonFiniteError: anError,
  NotFoundError: anError,
  OutOfMemoryError: anError,
  RuntimeError: anError,
  ScopeError: anError,
  ShapeError: anError,
  ValueError: anError,
};
