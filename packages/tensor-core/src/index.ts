import "./methods/methods.ts"; // gives Tensor its methods

// Tensors
export { isTensor, type Operand, Tensor } from "./tensor/tensor.ts";
export { sizeOf } from "./shape/size-of.ts";
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
} from "./create/create.ts";
export { borrow, data, item, toArray } from "./create/convert.ts";
export { assign } from "./ops/copy/assign.ts";
export { at, range } from "./compositions/indexing.ts";
export type { Index, Range } from "./tensor/tensor.ts";

// Random numbers
export { Generator, isGenerator } from "./random/generator.ts";
export type { GeneratorState, RandomSource } from "./ops/random/draw.ts";

// Memory
export { keep, scope } from "./tensor/scope.ts";
export { openScope, OpenScope } from "./tensor/open-scope.ts";
export { trapNonFinite } from "./debug/trap-non-finite.ts";
export { memory, type MemoryUse } from "./storage/memory.ts";

// The core itself
export { runtime, type RuntimeInfo, type RuntimeOptions } from "./runtime/runtime.ts";

// Types
export type { DType, ElementOf, HeapArrayOf, Quotient, TypedArrayOf } from "./types/dtype.ts";
export type { Appended, Nested, NestedOf, Shape, Sizes } from "./types/shape.ts";
export type { Broadcast, Fits, Mismatch } from "./types/broadcast.ts";
export type { CanMatMul, HasFeatures, MatMul, WithFeatures } from "./types/matmul.ts";
export type { IsSameShape } from "./types/join.ts";
export type { Flattened, IsOneElement } from "./types/views.ts";
export type {
  Convolved,
  HasChannels,
  Padding,
  Padding2d,
  Pair,
  PerAxis,
  Pooled,
  Sizes2d,
  SpatialAxes,
  SpatialSizes,
  WithChannels,
} from "./types/spatial.ts";

// Errors
export {
  DisposedError,
  DTypeError,
  type Evidence,
  FileError,
  FormatError,
  GradientError,
  IndexError,
  isUnfoldError,
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
  geluGradient,
  siluGradient,
  relu,
  reluGradient,
  sigmoid,
  sigmoidGradient,
  silu,
  softplus,
  tanh,
  tanhGradient,
} from "./ops/elementwise/activation.ts";
export { add, clamp, div, maximum, minimum, mul, pow, sub } from "./ops/elementwise/arithmetic.ts";
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
} from "./ops/elementwise/comparison.ts";
export { where } from "./ops/elementwise/select.ts";
export { linear, type LinearOptions } from "./ops/linear/linear.ts";
export type { Activation } from "./ops/linear/activations.ts";
export { type Activated, linearGradient } from "./ops/linear/linear-gradient.ts";
export { addProduct } from "./ops/linear/add-product.ts";
export { matmul } from "./ops/linear/matmul.ts";
export { conv1d, conv1dFilterGradient, conv1dInputGradient } from "./ops/convolution/conv1d.ts";
export { conv2d, conv2dFilterGradient, conv2dInputGradient } from "./ops/convolution/conv2d.ts";
export { type Convolution, convolutionOf, type ConvolutionOptions } from "./ops/convolution/options.ts";
export { pairOf, sizesOf } from "./ops/convolution/windows.ts";
export {
  convolve2d,
  convTranspose1d,
  convTranspose2d,
  correlate2d,
  type TransposedConvolutionOptions,
} from "./compositions/convolve.ts";
export {
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool2d,
  avgPool2dGradient,
  avgPool2dOver,
  maxPool2d,
  maxPool2dGather,
  maxPool2dGradient,
  maxPool2dWithIndices,
} from "./ops/pooling/pool2d.ts";
export {
  adaptiveAvgPool1d,
  adaptiveMaxPool1d,
  avgPool1d,
  avgPool1dGradient,
  avgPool1dOver,
  maxPool1d,
  maxPool1dGather,
  maxPool1dGradient,
  maxPool1dWithIndices,
} from "./ops/pooling/pool1d.ts";
export type { AvgAttributes } from "./ops/pooling/average.ts";
export type { AvgPoolOptions, MaxPoolOptions, Windows } from "./ops/pooling/windows.ts";
export { argmax, argmin } from "./ops/reduce/argument.ts";
export { magnitude, type magnitudeOps } from "./ops/reduce/magnitude.ts";
export { all, any, max, mean, min, prod, sum } from "./ops/reduce/reduce.ts";
export { type CrossEntropyAttributes, crossEntropyGradient } from "./ops/softmax/cross-entropy.ts";
export {
  crossEntropy,
  type CrossEntropyOptions,
  type LossShape,
  type Reduction,
} from "./compositions/cross-entropy.ts";
export { batchNorm, batchNormGradient } from "./ops/normalise/batch-norm.ts";
export { batchNormApply } from "./ops/normalise/batch-norm-apply.ts";
export { groupNorm, groupNormGradient, instanceNorm } from "./ops/normalise/group-norm.ts";
export { layerNorm, layerNormGradient } from "./ops/normalise/layer-norm.ts";
export { additiveAttentionScores, additiveAttentionScoresGradient } from "./ops/attention/additive.ts";
export { scaledDotProductAttentionGradient } from "./ops/attention/gradient.ts";
export type { AttentionAttributes } from "./ops/attention/run.ts";
export { type AttentionOptions, scaledDotProductAttention } from "./ops/attention/scaled-dot-product.ts";
export { bernoulliOf } from "./ops/random/stream.ts";
export { gru, gruCell, gruGradient, type GruOptions } from "./ops/recurrent/gru.ts";
export { lstm, lstmCell, lstmGradient, type LstmOptions, type LstmWeights } from "./ops/recurrent/lstm.ts";
export { type Nonlinearity, rnn, rnnCell, rnnGradient, type RnnOptions } from "./ops/recurrent/rnn.ts";
export type { RecurrentWeights, SequenceOptions } from "./ops/recurrent/weights.ts";
export {
  type LocalResponse,
  localResponseNorm,
  localResponseNormGradient,
  type LocalResponseNormOptions,
  localResponseOf,
} from "./ops/normalise/local-response-norm.ts";
export { rmsNorm, rmsNormGradient } from "./ops/normalise/rms-norm.ts";
export { type RunningStatistics, updateRunning } from "./ops/normalise/running.ts";
export { logSoftmax, logSoftmaxGradient, logSumExp, softmax, softmaxGradient } from "./ops/softmax/softmax.ts";
export { type AdamSettings, adamUpdate } from "./ops/optimise/adam.ts";
export { type AdamRowsSettings, adamRowsUpdate } from "./ops/optimise/adam-rows.ts";
export { type SgdRowsSettings, sgdRowsUpdate } from "./ops/optimise/sgd-rows.ts";
export { coalesceRows, type TableRows } from "./ops/gather/coalesce-rows.ts";
export type { Changing } from "./ops/optimise/changing.ts";
export { type GlovePairs, type GloveSettings, type GloveSide, gloveUpdate } from "./ops/word-vectors/glove.ts";
export { cbowUpdate, skipGramUpdate, type WordSettings } from "./ops/word-vectors/learn.ts";
export type { WordKnowledge, WordTables, WordText } from "./ops/word-vectors/operands.ts";
export { type SgdSettings, sgdUpdate } from "./ops/optimise/sgd.ts";
export { sumOfSquares } from "./ops/optimise/sum-of-squares.ts";
export {
  abs,
  atan2,
  cos,
  erf,
  exp,
  expm1,
  log,
  log1p,
  neg,
  reciprocal,
  rsqrt,
  sin,
  sqrt,
  square,
} from "./ops/elementwise/maths.ts";
export { ceil, floor, round, sign, step, trunc } from "./ops/elementwise/rounding.ts";
export { cast } from "./ops/copy/cast.ts";
export { clone, contiguous } from "./ops/copy/copy.ts";
export { concat } from "./ops/copy/concat.ts";
export { stack } from "./compositions/stack.ts";
export { fold, unfold, type UnfoldOptions } from "./compositions/unfold.ts";
export { interpolate, type InterpolateOptions, type InterpolationMode } from "./compositions/interpolate.ts";
export { pixelShuffle, pixelUnshuffle } from "./compositions/pixel-shuffle.ts";
export { tile } from "./compositions/tile.ts";
export { conv3d, convTranspose3d } from "./compositions/conv3d.ts";
export { adaptiveAvgPool3d, adaptiveMaxPool3d, avgPool3d, maxPool3d } from "./compositions/pool3d.ts";
export { cumsum } from "./ops/reduce/cumulative.ts";
export { gather, scatterAdd } from "./ops/gather/gather.ts";
export { embedding, indexAdd, indexSelect } from "./ops/gather/index-select.ts";
export { resample, type SparseRows, transposedRows } from "./ops/gather/resample.ts";
export { nonZero } from "./ops/gather/non-zero.ts";
export { oneHot } from "./ops/gather/one-hot.ts";
export { bincount, type BincountOptions } from "./ops/sort/bincount.ts";
export { searchSorted, type SearchSortedOptions } from "./ops/sort/search-sorted.ts";
export { similarRows, type SimilarRowsOptions } from "./ops/sort/similar-rows.ts";
export { type Unique, unique } from "./ops/sort/unique.ts";
export { type Eigen, eigh, type EighOptions } from "./ops/decompose/eigh.ts";
export { type SingularValues, svd, type SvdOptions } from "./ops/decompose/svd.ts";
export { type PointPairs, tSneForces, type TSneForcesOptions } from "./ops/project/t-sne.ts";
export { argsort, sort, topk } from "./ops/sort/sort.ts";
export type { Sorted } from "./tensor/tensor.ts";
export { maskedSelect } from "./compositions/masked-select.ts";
export { type Margins, pad, type PadMode, type PadOptions } from "./compositions/pad.ts";
export type { Axes } from "./types/axes.ts";
export { norm, std, variance } from "./compositions/statistics.ts";
export type { SoftplusOptions, SortOptions, TopkOptions, VarianceOptions } from "./types/options.ts";
export {
  expand,
  flatten,
  flip,
  permute,
  reshape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from "./ops/view/view.ts";

// Files
export { decodeSafetensors, encodeSafetensors, type Safetensors } from "./io/safetensors.ts";
export { decodeNpy, encodeNpy } from "./io/npy.ts";
export { foreign } from "./io/foreign.ts";
export { unpickle } from "./io/pickle.ts";
export type { Builder as PickleBuilder } from "./io/pickled.ts";
export { decodeNpz, encodeNpz } from "./io/npz.ts";
export { decodePyTorch, type PyTorchFile } from "./io/pytorch.ts";
export type { PyTorchValue } from "./io/pytorch-value.ts";
export type { StoredTensor } from "./io/stored-tensor.ts";
export type { ReadOptions } from "./io/element-kind.ts";

// What functions say of wrong arguments, for packages that have functions of their own
export { describe } from "./errors/describe.ts";
export { inCall } from "./errors/in-call.ts";
export { nearest } from "./arguments/nearest.ts";
export { wrongArgument } from "./arguments/wrong.ts";
export {
  assertBoolean,
  assertBytes,
  assertFinite,
  assertFunction,
  assertList,
  assertNumber,
  assertOneOf,
  assertPlain,
  assertRecord,
  assertShape,
  assertString,
  assertWhole,
} from "./arguments/checks.ts";
export {
  anyNumber,
  type Check,
  checkedLater,
  checkOptions,
  oneOf,
  type OptionChecks,
  fromZero,
  truthValue,
} from "./arguments/options.ts";
export { assertNamedTensors, assertTensor, assertTensors } from "./tensor/assert-tensor.ts";
export { aDType } from "./dispatch/dtypes.ts";
export { assertGenerator } from "./random/assert-generator.ts";

// For packages that build on dispatch: gradients, layers, profilers
export { aliasOf, apply, applyUpdate, reapply } from "./dispatch/dispatch.ts";
export { type Cost, costOf } from "./dispatch/cost.ts";
export {
  type Call,
  currentHandlers,
  type Handler,
  type HandlerFrame,
  isFollowed,
  withHandler,
  withHandlers,
} from "./dispatch/handler.ts";
export {
  type AnyOp,
  defineOp,
  defineUpdate,
  type InputNames,
  type KernelOp,
  type Op,
  type UpdateOp,
  type ViewOp,
} from "./dispatch/op.ts";
export {
  type AnyTensor,
  DISCRETE,
  DISCRETE_ON_REQUEST,
  FOR_GRADIENT,
  type ForEach,
  ON_REQUEST,
  type OneDiscrete,
  type OneResult,
  PUBLIC,
  type ResultKinds,
  type Results,
} from "./dispatch/results.ts";
export { type DifferentiableName, type DifferentiableOps, type Ops, ops } from "./ops/table.ts";
export type { activationOps } from "./ops/elementwise/activation.ts";
export type { argumentOps } from "./ops/reduce/argument.ts";
export type { arithmeticOps } from "./ops/elementwise/arithmetic.ts";
export type { comparisonOps } from "./ops/elementwise/comparison.ts";
export type { selectOps } from "./ops/elementwise/select.ts";
export type { castOps } from "./ops/copy/cast.ts";
export type { copyOps } from "./ops/copy/copy.ts";
export type { convolutionOps } from "./ops/convolution/convolution.ts";
export type { linearOps } from "./ops/linear/linear.ts";
export type { linearActivatedOps } from "./ops/linear/activated.ts";
export type { linearGradientOps } from "./ops/linear/linear-gradient.ts";
export type { matmulOps } from "./ops/linear/matmul.ts";
export type { poolingOps } from "./ops/pooling/pooling.ts";
export type { boolReduceOps, reduceOps } from "./ops/reduce/reduce.ts";
export type { concatOps } from "./ops/copy/concat.ts";
export type { cumulativeOps } from "./ops/reduce/cumulative.ts";
export type { momentOps, VarianceAttributes } from "./ops/reduce/moments.ts";
export type { gatherOps } from "./ops/gather/gather.ts";
export type { resampleOps } from "./ops/gather/resample.ts";
export type { indexSelectOps } from "./ops/gather/index-select.ts";
export type { nonZeroOps } from "./ops/gather/non-zero.ts";
export type { decomposeFamily } from "./ops/decompose/index.ts";
export type { eighOps } from "./ops/decompose/eigh.ts";
export type { svdOps } from "./ops/decompose/svd.ts";
export type { projectFamily } from "./ops/project/index.ts";
export type { tSneOps } from "./ops/project/t-sne.ts";
export type { bincountOps } from "./ops/sort/bincount.ts";
export type { searchSortedOps } from "./ops/sort/search-sorted.ts";
export type { uniqueOps } from "./ops/sort/unique.ts";
export type { similarRowsOps } from "./ops/sort/similar-rows.ts";
export type { oneHotOps } from "./ops/gather/one-hot.ts";
export type { sortOps } from "./ops/sort/sort.ts";
export type { crossEntropyOps } from "./ops/softmax/cross-entropy.ts";
export type { softmaxOps } from "./ops/softmax/softmax.ts";
export type { mathsOps } from "./ops/elementwise/maths.ts";
export type { roundingOps } from "./ops/elementwise/rounding.ts";
export type { sliceGradientOps } from "./ops/view/slice-gradient.ts";
export type { viewOps } from "./ops/view/view.ts";
export { sliceGradient } from "./ops/view/slice-gradient.ts";
export { sliceSpans, type Span } from "./ops/view/view.ts";
export { sumTo } from "./compositions/sum-to.ts";
export { capture, refusePromise, tensorsIn, unowned } from "./tensor/scope.ts";
export type { addProductOps } from "./ops/linear/add-product.ts";
export type { assignOps } from "./ops/copy/assign.ts";
export type { wordVectorsFamily } from "./ops/word-vectors/index.ts";
export type { optimiseFamily } from "./ops/optimise/index.ts";
export type { randomFamily } from "./ops/random/index.ts";
export type { batchNormOps } from "./ops/normalise/batch-norm.ts";
export type { batchNormApplyOps } from "./ops/normalise/batch-norm-apply.ts";
export type { groupNormOps } from "./ops/normalise/group-norm.ts";
export type { localResponseNormOps } from "./ops/normalise/local-response-norm.ts";
export type { rmsNormOps } from "./ops/normalise/rms-norm.ts";
export type { runningOps } from "./ops/normalise/running.ts";
export type { layerNormOps } from "./ops/normalise/layer-norm.ts";
export type { additiveOps } from "./ops/attention/additive.ts";
export type { scaledDotProductOps } from "./ops/attention/scaled-dot-product.ts";
export type { gruOps } from "./ops/recurrent/gru.ts";
export type { lstmOps } from "./ops/recurrent/lstm.ts";
export type { rnnOps } from "./ops/recurrent/rnn.ts";
export type { coalesceRowsOps } from "./ops/gather/coalesce-rows.ts";
