// Written by scripts/build-wasm.mjs from the crate. Do not edit.
import type { Binary, BoolReduction, Comparison, Element, Extreme, IntegerBinary, IntegerReduction, IntegerUnary, Logical, Moment, ProductStart, Recurrence, Reduction, Unary } from "./codes.js";

/** The raw exports of the core. Pointers are byte offsets into `memory`. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  /** Gives the calling thread its stack, and to the first one the heap's contents. To be called once on each. */
  readonly __wbindgen_start: (stackBytes: number) => void;
  /**
   * One step, number `step` from 1, of Adam, or of AdamW if `decoupled`. `largest` is 0, or AMSGrad's largest mean square.
   */
  readonly adam: (count: number, parameter: number, gradient: number, mean: number, square: number, largest: number, rate: number, beta1: number, beta2: number, epsilon: number, weightDecay: number, decoupled: number, step: number, scale: number) => void;
  /**
   * One step, number `step` from 1, of Adam on the rows of a table that `indices` name, as PyTorch's SparseAdam.
   */
  readonly adam_rows: (count: number, size: number, indices: number, parameter: number, gradient: number, mean: number, square: number, rate: number, beta1: number, beta2: number, epsilon: number, step: number, scale: number) => void;
  /**
   * y[o, index[i], :] += x[o, i, :], f32, rows of `row` elements; all contiguous.
   */
  readonly add_rows: (outer: number, size: number, row: number, count: number, index: number, x: number, y: number) => void;
  /**
   * y = Σ v ⊙ tanh(q + k) for each query and key of each item.
   */
  readonly additive_scores: (items: number, queries: number, keys: number, size: number, q: number, k: number, v: number, y: number) => void;
  /**
   * The gradients of `additive_scores`, each as far as it is wanted.
   */
  readonly additive_scores_gradient: (items: number, queries: number, keys: number, size: number, q: number, k: number, v: number, dy: number, dq: number, dk: number, dv: number) => number;
  /**
   * A block for `count` elements of `item_size` bytes, or 0 when there is no memory left. The count comes as JavaScript's
   * own number: a 32-bit argument would be what is left of it.
   */
  readonly allocate: (count: number, itemSize: number) => number;
  /**
   * y = the position of x's extreme along the one reduced axis, f32.
   */
  readonly argument: (extreme: Extreme, x: number, y: number) => void;
  /**
   * y = the position of x's extreme along the one reduced axis, i32.
   */
  readonly argument_i32: (extreme: Extreme, x: number, y: number) => void;
  /**
   * y = softmax(q kᵀ · scale + mask) v of each item; `rows` is for the gradient.
   */
  readonly attend: (q: number, k: number, v: number, added: number, takingPart: number, lengths: number, stream: number, scale: number, keep: number, y: number, weights: number, rows: number) => number;
  /**
   * The gradients of q, k, v and what is added to scores, each as far as it is wanted.
   */
  readonly attend_gradient: (q: number, k: number, v: number, added: number, takingPart: number, lengths: number, stream: number, scale: number, keep: number, y: number, rows: number, dy: number, dq: number, dk: number, dv: number, dmask: number) => number;
  /**
   * y = the sum of each window over its divisor (0 the elements inside the image, -1 the padding's too, else the number).
   */
  readonly average_pooling: (dividedBy: number, x: number, y: number) => void;
  /**
   * dx = each dy over its divisor, added to every place of its window.
   */
  readonly average_pooling_gradient: (dividedBy: number, dy: number, dx: number) => void;
  /**
   * y = (x - mean) / √(variance + ε) · weight + bias with the mean and the biased variance of each channel, which are written.
   */
  readonly batch_norm: (planes: number, channels: number, size: number, epsilon: number, x: number, weight: number, bias: number, y: number, mean: number, variance: number) => number;
  /**
   * As `batch_norm` with a mean and a variance that are given.
   */
  readonly batch_norm_apply: (planes: number, channels: number, size: number, epsilon: number, x: number, mean: number, variance: number, weight: number, bias: number, y: number) => number;
  /**
   * The gradients of `batch_norm`, which wrote `mean` and `variance`, or where they were `given` of `batch_norm_apply`.
   */
  readonly batch_norm_gradient: (planes: number, channels: number, size: number, given: number, epsilon: number, dy: number, x: number, mean: number, variance: number, weight: number, dx: number, dweight: number, dbias: number) => number;
  /**
   * y = f(a, b), f32.
   */
  readonly binary: (Function: Binary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b), i32.
   */
  readonly binary_i32: (Function: IntegerBinary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b) with one number at b, i32.
   */
  readonly binary_i32_scalar: (Function: IntegerBinary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b), i32; the frame is a `BinaryWalk`.
   */
  readonly binary_i32_strided: (Function: IntegerBinary, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b) with one number at b, f32.
   */
  readonly binary_scalar: (Function: Binary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b), f32; the frame is a `BinaryWalk`.
   */
  readonly binary_strided: (Function: Binary, a: number, b: number, y: number) => void;
  /**
   * y = x as elements of another type.
   */
  readonly cast_elements: (from: Element, to: Element, x: number, y: number) => void;
  /**
   * y = x limited to [low, high], f32.
   */
  readonly clamp: (count: number, low: number, high: number, x: number, y: number) => void;
  /**
   * y = x limited to [low, high], i32.
   */
  readonly clamp_i32: (count: number, low: number, high: number, x: number, y: number) => void;
  /**
   * Zeros in `bytes` bytes. Engines fill a shared memory from JavaScript byte by byte, at a twentieth of this speed.
   */
  readonly clear: (to: number, bytes: number) => void;
  /**
   * Rows that name each index once, ascending: rows of equal indices are added. Answers how many there are, or -1 if memory is
   * short; outputs have room for `count`.
   */
  readonly coalesce_rows: (count: number, size: number, indices: number, rows: number, outIndices: number, outRows: number) => number;
  /**
   * y = a ∘ b as bool, f32; the frame is a `BinaryWalk`.
   */
  readonly compare_f32_strided: (comparison: Comparison, a: number, b: number, y: number) => void;
  /**
   * y = a ∘ b as bool, i32; the frame is a `BinaryWalk`.
   */
  readonly compare_i32_strided: (comparison: Comparison, a: number, b: number, y: number) => void;
  /**
   * y = a ∘ b as bool, u8 or bool; the frame is a `BinaryWalk`.
   */
  readonly compare_u8_strided: (comparison: Comparison, a: number, b: number, y: number) => void;
  /**
   * y = x ⋆ weight + bias; no bias if `bias` is 0.
   */
  readonly convolution: (x: number, weight: number, bias: number, y: number) => number;
  /**
   * dw, the gradient by the filters.
   */
  readonly convolution_filter_gradient: (x: number, dy: number, dw: number) => number;
  /**
   * dx, the gradient by the image (and the transposed convolution of dy).
   */
  readonly convolution_image_gradient: (dy: number, weight: number, dx: number) => number;
  /**
   * y = x of elements of 1, 2 or 4 bytes.
   */
  readonly copy_elements: (itemSize: number, x: number, y: number) => void;
  /**
   * How often each whole number below `length` is there.
   */
  readonly count_each: (count: number, length: number, x: number, y: number) => void;
  /**
   * How many elements are not zero, f32; -0 is zero, NaN is not.
   */
  readonly count_non_zero: (count: number, x: number) => number;
  /**
   * As `count_non_zero`, of 1-byte elements.
   */
  readonly count_non_zero_bytes: (count: number, x: number) => number;
  /**
   * As `count_non_zero`, of i32.
   */
  readonly count_non_zero_i32: (count: number, x: number) => number;
  /**
   * Loss, target's weight and log Σ exp of each row, that in two parts, and the mean loss. `weights` of the classes may be 0 for
   * none, and so may be any result but the loss; targets have been checked to be classes or `ignored`.
   */
  readonly cross_entropy: (rows: number, classes: number, logits: number, targets: number, weights: number, ignored: number, smoothing: number, loss: number, weight: number, logSumExp: number, mean: number) => void;
  /**
   * Gradient of the logits from that of the rows' losses, which have a stride of 1, or of 0 if they share one, or from that of
   * their mean.
   */
  readonly cross_entropy_gradient: (rows: number, classes: number, logits: number, targets: number, weights: number, ignored: number, smoothing: number, logSumExp: number, dLoss: number, dLossStride: number, isMean: number, dx: number) => void;
  /**
   * y = the running sum of x along the last axis of the frame's `UnaryWalk`, f32.
   */
  readonly cumulative_sum: (x: number, y: number) => void;
  /**
   * y = the running sum of x along the last axis of the frame's `UnaryWalk`, i32.
   */
  readonly cumulative_sum_i32: (x: number, y: number) => number;
  /**
   * Has all helpers leave `help`, each after the part that it holds. More work that is worth it asks for helpers again.
   */
  readonly dismiss_helpers: () => void;
  /**
   * Lets a helper that is to be started come up. None of its number is there any more.
   */
  readonly expect_helper: (index: number) => void;
  /**
   * Position of the first index that is not in low..high; `count` if there is none.
   */
  readonly first_invalid_index: (count: number, index: number, low: number, high: number) => number;
  /**
   * Where TypeScript writes the shapes of the next call.
   */
  readonly frame: () => number;
  /**
   * y = x at the index along an axis, of elements of 1, 2 or 4 bytes; the frame is a `GatherWalk`, in which x
   * has stride 0 along the axis.
   */
  readonly gather_elements: (itemSize: number, axisStride: number, index: number, x: number, y: number) => void;
  /**
   * y = (x - mean) / √(variance + ε) · weight + bias of each group, with its mean and inverse deviation (samples, groups).
   * Weight and bias are (groups, channels).
   */
  readonly group_norm: (samples: number, groups: number, channels: number, size: number, epsilon: number, x: number, weight: number, bias: number, y: number, mean: number, inverseDeviation: number) => void;
  /**
   * The gradients of `group_norm`, which wrote `mean` and `inverse_deviation`.
   */
  readonly group_norm_gradient: (samples: number, groups: number, channels: number, size: number, dy: number, x: number, mean: number, inverseDeviation: number, weight: number, dx: number, dweight: number, dbias: number) => number;
  /**
   * A helper's whole life, as number `index` from 1 on; returns once it is dismissed.
   */
  readonly help: (index: number) => void;
  /**
   * Notes, on a helper, that the part it was doing trapped.
   */
  readonly helper_has_failed: () => void;
  /**
   * Notes that a helper's thread has ended.
   */
  readonly helper_is_gone: (index: number) => void;
  /**
   * How many helpers are up and may work.
   */
  readonly helpers: () => number;
  /**
   * Bytes in freed blocks that are kept for the next request.
   */
  readonly kept_bytes: () => number;
  /**
   * y = (x - mean) / √(variance + ε) · weight + bias of each row, with its mean and inverse deviation (rows). Unless it is
   * `centred`, 0 stands for the mean: an RMS norm.
   */
  readonly layer_norm: (rows: number, size: number, centred: number, epsilon: number, x: number, weight: number, bias: number, y: number, mean: number, inverseDeviation: number) => void;
  /**
   * The gradients of `layer_norm`, which wrote `mean` and `inverse_deviation`; without a mean those of an RMS norm.
   */
  readonly layer_norm_gradient: (rows: number, size: number, dy: number, x: number, mean: number, inverseDeviation: number, weight: number, dx: number, dweight: number, dbias: number) => number;
  /**
   * One step of GloVe for each of `count` pairs of a word and a context. `loss` gets what there was before each step.
   */
  readonly learn_glove: (count: number, size: number, rows: number, contextRows: number, words: number, contexts: number, weights: number, logs: number, vectors: number, biases: number, vectorSquares: number, biasSquares: number, contextVectors: number, contextBiases: number, contextVectorSquares: number, contextBiasSquares: number, loss: number, rate: number) => number;
  /**
   * Learns from the text. `loss` gets −log of the likelihood of what was there, and of how many steps it is the sum.
   */
  readonly learn_words: (tokens: number, starts: number, input: number, output: number, cumulative: number, nodes: number, pathStarts: number, paths: number, keep: number, subwordStarts: number, subwords: number, loss: number, rate: number) => number;
  /**
   * y = x / (k + α / window · Σ x² over neighbouring channels)^β of (samples, channels, size).
   */
  readonly local_response_norm: (samples: number, channels: number, size: number, window: number, alpha: number, beta: number, k: number, x: number, y: number) => void;
  /**
   * The gradient of `local_response_norm`.
   */
  readonly local_response_norm_gradient: (samples: number, channels: number, size: number, window: number, alpha: number, beta: number, k: number, dy: number, x: number, dx: number) => number;
  /**
   * y = log softmax x of each row.
   */
  readonly log_softmax: (rows: number, size: number, x: number, y: number) => void;
  /**
   * dx of y = log softmax x.
   */
  readonly log_softmax_gradient: (rows: number, size: number, y: number, dy: number, dx: number) => void;
  /**
   * y = log Σ exp x of each row: (rows, size) → (rows).
   */
  readonly log_sum_exp: (rows: number, size: number, x: number, y: number) => void;
  /**
   * y = a ∘ b, bool; the frame is a `BinaryWalk`.
   */
  readonly logical_strided: (Function: Logical, a: number, b: number, y: number) => void;
  /**
   * y = the largest of each window; its place in the plane (i32) unless `indices` is 0.
   */
  readonly max_pooling: (x: number, y: number, indices: number) => void;
  /**
   * y = x at the places that `indices` name. False if one lies outside its plane; y is then undefined.
   */
  readonly max_pooling_gather: (planes: number, pixels: number, outputs: number, x: number, indices: number, y: number) => number;
  /**
   * dx = dy added at the places that `indices` name. False if one lies outside its plane; dx is then undefined.
   */
  readonly max_pooling_scatter: (planes: number, pixels: number, outputs: number, dy: number, indices: number, dx: number) => number;
  /**
   * y = the moment of x, whose sum of squares is divided by `divisor`.
   */
  readonly moment: (moment: Moment, divisor: number, x: number, y: number) => void;
  /**
   * C = start + A · B for every item of a batch; `bias` is read only if the start names it. `packed` is 0, or B as
   * `pack_right` wrote it, which then serves a product of one item. The frame is a `ProductFrame`.
   */
  readonly multiply: (a: number, b: number, packed: number, bias: number, c: number, start: ProductStart) => number;
  /**
   * The indices of the first `count` elements that are not zero, in row-major order: (count, rank). f32, contiguous; the frame
   * is a `ShapeWalk`.
   */
  readonly non_zero: (count: number, x: number, y: number) => void;
  /**
   * As `non_zero`, of 1-byte elements.
   */
  readonly non_zero_bytes: (count: number, x: number, y: number) => void;
  /**
   * As `non_zero`, of i32.
   */
  readonly non_zero_i32: (count: number, x: number, y: number) => void;
  /**
   * y[i, index[i]] = 1, else 0.
   */
  readonly one_hot: (count: number, classes: number, index: number, y: number) => void;
  /**
   * B (depth × columns, of the given strides) in the order in which products read it.
   */
  readonly pack_right: (depth: number, columns: number, b: number, row: number, column: number, packed: number) => void;
  /**
   * Floats that `pack_right` writes.
   */
  readonly packed_size: (depth: number, columns: number) => number;
  /**
   * y = value with the given probability, else 0.
   */
  readonly random_bernoulli: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, probability: number, value: number, y: number) => void;
  /**
   * y uniform among the n integers from `low` on; n > 0.
   */
  readonly random_integers: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, low: number, n: number, y: number) => void;
  /**
   * y normal. The scalar lane never fuses multiply and add, so weights start from the same bits in every build.
   */
  readonly random_normal: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, mean: number, deviation: number, y: number) => void;
  /**
   * y = 0..count in random order.
   */
  readonly random_permutation: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, y: number) => void;
  /**
   * y uniform in [low, high).
   */
  readonly random_uniform: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, low: number, high: number, y: number) => void;
  /**
   * All steps from the state `h0` and the cells `c0`; `gates`, `cells` and `hidden` are for the gradient. A single step reads
   * `packed_input` and `packed_state` if they are there: the weights, transposed, as `pack_right` wrote them.
   */
  readonly recurrent: (recurrence: Recurrence, x: number, inputWeight: number, stateWeight: number, inputBias: number, stateBias: number, projection: number, packedInput: number, packedState: number, h0: number, c0: number, lengths: number, output: number, hLast: number, cLast: number, gates: number, cells: number, hidden: number) => number;
  /**
   * The gradients of the sums that go into the gates of `recurrent`, of projected states, `h0` and `c0`, from what it gave and
   * the gradients of its results, each of which may be 0.
   */
  readonly recurrent_gradient: (recurrence: Recurrence, stateWeight: number, projection: number, h0: number, c0: number, lengths: number, output: number, gates: number, cells: number, doutput: number, dhLast: number, dcLast: number, dgates: number, dstateGates: number, dprojected: number, dh0: number, dc0: number) => number;
  /**
   * y = the reduction of x, f32.
   */
  readonly reduce: (reduction: Reduction, x: number, y: number) => void;
  /**
   * y = the reduction of x, bool.
   */
  readonly reduce_bool: (reduction: BoolReduction, x: number, y: number) => void;
  /**
   * y = the reduction of x, i32.
   */
  readonly reduce_i32: (reduction: IntegerReduction, x: number, y: number) => number;
  /**
   * Gives a block back. TypeScript's `Storage` calls this once for each block, with the size it asked for.
   */
  readonly release: (block: number, bytes: number) => void;
  /**
   * y[o, i, :] = Σ weight · x[o, place, :] over row i of compressed sparse rows, f32; all contiguous.
   */
  readonly resample: (outer: number, size: number, inner: number, rows: number, terms: number, starts: number, places: number, weights: number, x: number, y: number) => void;
  /**
   * y = f(a, b) with one number at a, f32.
   */
  readonly scalar_binary: (Function: Binary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = log(1 + exp(beta x)) / beta, or x where beta x is above the threshold, f32.
   */
  readonly scaled_softplus: (count: number, beta: number, threshold: number, x: number, y: number) => void;
  /**
   * y += x at the index along an axis, f32; the frame is a `GatherWalk`, in which y has stride 0 along the axis.
   */
  readonly scatter_add: (axisStride: number, index: number, x: number, y: number) => void;
  /**
   * As `scatter_add`, of i32.
   */
  readonly scatter_add_i32: (axisStride: number, index: number, x: number, y: number) => number;
  /**
   * Of each element the place in its sequence before which it belongs; an address of 0 is no sorter. `one`: a sequence serves
   * every row. f32.
   */
  readonly search_sorted: (rows: number, size: number, count: number, one: number, right: number, sequence: number, sorter: number, x: number, y: number) => void;
  /**
   * As `search_sorted`, i32.
   */
  readonly search_sorted_i32: (rows: number, size: number, count: number, one: number, right: number, sequence: number, sorter: number, x: number, y: number) => void;
  /**
   * y = condition ? a : b of elements of 1, 2 or 4 bytes; the frame is a `SelectWalk`.
   */
  readonly select_elements: (itemSize: number, condition: number, a: number, b: number, y: number) => void;
  /**
   * y[o, i, :] = x[o, index[i], :], rows of `row_bytes`; all contiguous.
   */
  readonly select_rows: (outer: number, size: number, rowBytes: number, count: number, index: number, x: number, y: number) => void;
  /**
   * Sets how many threads may work, the main thread being one, and whether the main thread may sleep.
   */
  readonly set_workers: (count: number, maySleep: number) => void;
  /**
   * One step of SGD. `velocity` may be 0 without momentum; `first` marks a velocity that holds nothing yet.
   */
  readonly sgd: (count: number, parameter: number, gradient: number, velocity: number, rate: number, momentum: number, dampening: number, weightDecay: number, nesterov: number, first: number, scale: number) => void;
  /**
   * One step of SGD on the rows of a table that `indices` name: ascending, each once. Rows have `size` floats.
   */
  readonly sgd_rows: (count: number, size: number, indices: number, parameter: number, gradient: number, velocity: number, rate: number, momentum: number, dampening: number, nesterov: number, first: number, scale: number) => void;
  /**
   * The rows with the largest products with each query, in descending order. Elements of rows take `item` bytes: 4 are f32, 2
   * f16, 1 i8. An address of 0 is no scale.
   */
  readonly similar_rows: (queries: number, rows: number, size: number, count: number, item: number, query: number, x: number, scale: number, values: number, indices: number) => number;
  /**
   * U, s and Vᵀ of matrices (batch, rows, columns); `full`: U and Vᵀ are square.
   */
  readonly singular: (batch: number, rows: number, columns: number, full: number, x: number, u: number, s: number, vt: number) => number;
  /**
   * y = softmax x of each row.
   */
  readonly softmax: (rows: number, size: number, x: number, y: number) => void;
  /**
   * dx of y = softmax x.
   */
  readonly softmax_gradient: (rows: number, size: number, y: number, dy: number, dx: number) => void;
  /**
   * The first `count` of each row in order and their indices, f32; an address of 0 is a result that is not wanted.
   */
  readonly sorted: (rows: number, size: number, count: number, descending: number, x: number, values: number, indices: number) => number;
  /**
   * As `sorted`, i32.
   */
  readonly sorted_i32: (rows: number, size: number, count: number, descending: number, x: number, values: number, indices: number) => number;
  /**
   * Why the core stopped, if a helper is the reason: 0 if not, 1 if a part trapped there, 2 if one ended while it held a part.
   */
  readonly stop_reason: () => number;
  /**
   * Σ x².
   */
  readonly sum_of_squares: (count: number, x: number) => number;
  /**
   * y = the sum of x, u8 or bool, as i32.
   */
  readonly sum_u8: (x: number, y: number) => number;
  /**
   * Eigenvalues (batch, n), ascending, and eigenvectors as columns (batch, n, n) of symmetric matrices, of which the triangle
   * counts that is below (1) or above (2) the diagonal, or the mean of both (0).
   */
  readonly symmetric_eigen: (batch: number, n: number, triangle: number, x: number, values: number, vectors: number) => number;
  /**
   * The gradient of t-SNE at points (count, 2) by Barnes–Hut, and the sum that its q are divided by. Row i of `near` are
   * places and values from `starts[i]` up to `starts[i + 1]`.
   */
  readonly t_sne_forces: (count: number, pairs: number, points: number, starts: number, places: number, values: number, theta: number, exaggeration: number, gradient: number, sum: number) => number;
  /**
   * y = f(x), f32.
   */
  readonly unary: (Function: Unary, count: number, x: number, y: number) => void;
  /**
   * y = f(x), i32.
   */
  readonly unary_i32: (Function: IntegerUnary, count: number, x: number, y: number) => void;
  /**
   * y = f(x), i32; the frame is a `UnaryWalk`.
   */
  readonly unary_i32_strided: (Function: IntegerUnary, x: number, y: number) => void;
  /**
   * y = f(x), f32; the frame is a `UnaryWalk`.
   */
  readonly unary_strided: (Function: Unary, x: number, y: number) => void;
  /**
   * The elements in order, each once, how often each is there, and the place of each element among them. Answers how many there
   * are, or -1 if memory is short; outputs have room for `count`. f32.
   */
  readonly unique: (count: number, x: number, values: number, inverse: number, counts: number) => number;
  /**
   * As `unique`, i32.
   */
  readonly unique_i32: (count: number, x: number, values: number, inverse: number, counts: number) => number;
  /**
   * Running mean and variance (channels) towards those of a batch; see `update_running` of the kernels.
   */
  readonly update_running: (channels: number, momentum: number, correction: number, mean: number, variance: number, runningMean: number, runningVariance: number, count: number) => void;
  /**
   * From now on convolutions are direct sums only.
   */
  readonly use_direct_sums: () => void;
  /**
   * The sum of the weights of each whole number below `length`.
   */
  readonly weigh_each: (count: number, length: number, x: number, weights: number, y: number) => number;
}

/** What the module is instantiated with. */
export declare const importsOf: (
  memory: WebAssembly.Memory,
  startHelpers: () => void,
  lookAfterHelpers: () => void,
) => WebAssembly.Imports;

/** The memory that the module imports: the byte of the module that says of which kind (1 its own, 3 shared), and how
 * many pages. */
export declare const memoryImport: { readonly kindAt: number; readonly initial: number; readonly maximum: number };
