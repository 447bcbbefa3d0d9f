// Tensors
export { Tensor, type Operand } from "./tensor/tensor.ts";
export { isTensor, sizeOf } from "./tensor/handle.ts";
export {
  arange,
  type ElementArray,
  eye,
  fromArray,
  full,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from "./tensor/create.ts";
export { borrow, data, item, toArray } from "./tensor/convert.ts";
export { assign } from "./tensor/assign.ts";
export { at, type Index, type Range, range } from "./tensor/indexing.ts";

// Random numbers
export { Generator, type GeneratorState } from "./tensor/generator.ts";

// Memory
export { keep, scope } from "./tensor/scope.ts";
export { trapNonFinite } from "./debug/trap-non-finite.ts";
export { memory, type MemoryUse } from "./tensor/memory.ts";

// The core itself
export { runtime, type RuntimeInfo, type RuntimeOptions } from "./runtime/runtime.ts";

// Types
export type { DType, ElementOf, TypedArrayOf } from "./types/dtype.ts";
export type { Nested, Shape } from "./types/shape.ts";
export type { Broadcast, Fits, Mismatch } from "./types/broadcast.ts";
export type { CanMatMul, MatMul } from "./types/matmul.ts";
export type { Convolved, Pooled } from "./types/spatial.ts";

// Errors
export {
  DisposedError,
  DTypeError,
  type Evidence,
  FileError,
  FormatError,
  GradientError,
  IndexError,
  NonFiniteError,
  NotFoundError,
  OutOfMemoryError,
  RuntimeError,
  ScopeError,
  ShapeError,
  UnfoldError,
  ValueError,
} from "./errors/index.ts";

// Functions of tensors
export {
  gelu,
  relu,
  reluGradient,
  sigmoid,
  sigmoidGradient,
  silu,
  softplus,
  tanh,
  tanhGradient,
} from "./ops/activation.ts";
export { add, clamp, div, maximum, minimum, mul, pow, sub } from "./ops/arithmetic.ts";
export {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  where,
} from "./ops/comparison.ts";
export { linear, matmul } from "./ops/matmul.ts";
export {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  type Convolution,
  convolutionOf,
  type ConvolutionOptions,
  type Padding2d,
} from "./ops/convolution.ts";
export {
  convolve2d,
  convTranspose2d,
  correlate2d,
  type TransposedConvolutionOptions,
} from "./compositions/convolve.ts";
export {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  type AvgAttributes,
  avgPool2d,
  avgPool2dGradient,
  avgPool2dOver,
  maxPool2d,
  maxPool2dGather,
  maxPool2dGradient,
} from "./ops/pooling.ts";
export type { AvgPoolOptions, MaxPoolOptions, Windows } from "./ops/pooling-windows.ts";
export { type Pair, pairOf, type Sizes2d } from "./ops/windows.ts";
export { argmax, argmin } from "./ops/argument.ts";
export { all, any, max, mean, min, prod, sum } from "./ops/reduce.ts";
export {
  crossEntropy,
  type CrossEntropyAttributes,
  crossEntropyGradient,
  type CrossEntropyOptions,
  type Reduction,
} from "./ops/cross-entropy.ts";
export { logSoftmax, logSoftmaxGradient, logSumExp, softmax, softmaxGradient } from "./ops/softmax.ts";
export { type AdamSettings, adamUpdate, type SgdSettings, sgdUpdate, sumOfSquares } from "./ops/optimise.ts";
export { abs, cos, erf, exp, expm1, log, log1p, neg, reciprocal, rsqrt, sin, sqrt, square } from "./ops/maths.ts";
export { ceil, floor, round, sign, step, trunc } from "./ops/rounding.ts";
export { cast, clone, contiguous } from "./ops/copy.ts";
export { concat, stack } from "./ops/concat.ts";
export { cumsum } from "./ops/cumulative.ts";
export { gather, scatterAdd } from "./ops/gather.ts";
export { embedding, indexAdd, indexSelect, oneHot } from "./ops/index-select.ts";
export { argsort, sort, type Sorted, topk } from "./ops/sort.ts";
export { type Margins, pad, type PadMode, type PadOptions } from "./ops/pad.ts";
export { type Axes, norm, std, variance, type VarianceOptions } from "./compositions/statistics.ts";
export { expand, flatten, flip, permute, reshape, slice, split, squeeze, transpose, unsqueeze } from "./ops/view.ts";

// Files
export { decodeSafetensors, encodeSafetensors, type Safetensors } from "./io/safetensors.ts";
export { decodeNpy, encodeNpy } from "./io/npy.ts";
export { decodeNpz, encodeNpz } from "./io/npz.ts";
export type { StoredTensor } from "./io/stored-tensor.ts";
export type { ReadOptions } from "./io/element-kind.ts";

// For packages that build on dispatch: gradients, layers, profilers
export { aliasOf, apply } from "./dispatch/dispatch.ts";
export {
  type Call,
  currentHandlers,
  type Handler,
  type HandlerFrame,
  withHandler,
  withHandlers,
} from "./dispatch/handler.ts";
export {
  type AnyOp,
  type AnyTensor,
  defineOp,
  type InputNames,
  type KernelOp,
  type Op,
  type ViewOp,
} from "./dispatch/op.ts";
export { type DifferentiableOps, differentiableOps, type DiscreteOps, discreteOps } from "./ops/table.ts";
export type { activationOps } from "./ops/activation.ts";
export type { argumentOps } from "./ops/argument.ts";
export type { arithmeticOps } from "./ops/arithmetic.ts";
export type { comparisonOps, selectionOps } from "./ops/comparison.ts";
export type { castOps, copyOps } from "./ops/copy.ts";
export type { convolutionOps } from "./ops/convolution.ts";
export type { matmulOps } from "./ops/matmul.ts";
export type { poolingOps } from "./ops/pooling.ts";
export type { boolReduceOps, reduceOps } from "./ops/reduce.ts";
export type { concatOps } from "./ops/concat.ts";
export type { cumulativeOps } from "./ops/cumulative.ts";
export type { gatherOps } from "./ops/gather.ts";
export type { indexSelectOps, oneHotOps } from "./ops/index-select.ts";
export type { sortOps } from "./ops/sort.ts";
export type { crossEntropyOps } from "./ops/cross-entropy.ts";
export type { softmaxOps } from "./ops/softmax.ts";
export type { mathsOps } from "./ops/maths.ts";
export type { roundingOps } from "./ops/rounding.ts";
export type { sliceGradientOps } from "./ops/slice-gradient.ts";
export type { viewOps } from "./ops/view.ts";
export { sliceGradient } from "./ops/slice-gradient.ts";
export { sliceSpans, type Span } from "./ops/view.ts";
export { sumTo } from "./compositions/sum-to.ts";
export { capture, refusePromise, tensorsIn, unowned } from "./tensor/scope.ts";
