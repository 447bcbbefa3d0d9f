// Written by scripts/build-wasm.mjs from the crate. Do not edit.
import type { Binary, BoolReduction, Comparison, Extreme, IntegerBinary, IntegerReduction, IntegerUnary, Logical, ProductStart, Reduction, Unary } from "./codes.js";

/** The raw exports of the core. Pointers are byte offsets into `memory`. */
export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  /** Gives the calling thread its stack, and to the first one the heap's contents. To be called once on each. */
  readonly __wbindgen_start: (stackBytes: number) => void;
  /**
   * One step, number `step` from 1, of Adam, or of AdamW if `decoupled`.
   */
  readonly adam: (count: number, parameter: number, gradient: number, mean: number, square: number, rate: number, beta1: number, beta2: number, epsilon: number, weightDecay: number, decoupled: number, step: number, scale: number) => void;
  /**
   * y[o, index[i], :] += x[o, i, :], f32, rows of `row` elements; all contiguous.
   */
  readonly add_rows: (outer: number, size: number, row: number, count: number, index: number, x: number, y: number) => void;
  /**
   * A block of at least `bytes` bytes, or 0 when there is no memory left.
   */
  readonly allocate: (bytes: number) => number;
  /**
   * y = the position of x's extreme along the one reduced axis, f32.
   */
  readonly argument: (extreme: Extreme, x: number, y: number) => void;
  /**
   * y = the position of x's extreme along the one reduced axis, i32.
   */
  readonly argument_i32: (extreme: Extreme, x: number, y: number) => void;
  /**
   * y = the sum of each window over its divisor (0 the elements inside the image, -1 the padding's too, else the number).
   */
  readonly average_pooling: (dividedBy: number, x: number, y: number) => void;
  /**
   * dx = each dy over its divisor, added to every place of its window.
   */
  readonly average_pooling_gradient: (dividedBy: number, dy: number, dx: number) => void;
  /**
   * y = f(a, b), f32.
   */
  readonly binary: (Function: Binary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b), i32.
   */
  readonly binary_i32: (Function: IntegerBinary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b) with a number for b, i32.
   */
  readonly binary_i32_scalar: (Function: IntegerBinary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b), i32; the frame holds (y, a, b).
   */
  readonly binary_i32_strided: (Function: IntegerBinary, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b) with a number for b, f32.
   */
  readonly binary_scalar: (Function: Binary, count: number, a: number, b: number, y: number) => void;
  /**
   * y = f(a, b), f32; the frame holds (y, a, b).
   */
  readonly binary_strided: (Function: Binary, a: number, b: number, y: number) => void;
  /**
   * f32 to bool: x ≠ 0; the frame holds (y, x).
   */
  readonly cast_f32_to_bool: (x: number, y: number) => void;
  /**
   * f32 to i32, toward zero; the frame holds (y, x).
   */
  readonly cast_f32_to_i32: (x: number, y: number) => void;
  /**
   * f32 to u8, toward zero; the frame holds (y, x).
   */
  readonly cast_f32_to_u8: (x: number, y: number) => void;
  /**
   * i32 to bool: x ≠ 0; the frame holds (y, x).
   */
  readonly cast_i32_to_bool: (x: number, y: number) => void;
  /**
   * i32 to f32, rounded; the frame holds (y, x).
   */
  readonly cast_i32_to_f32: (x: number, y: number) => void;
  /**
   * i32 to u8, modulo 256; the frame holds (y, x).
   */
  readonly cast_i32_to_u8: (x: number, y: number) => void;
  /**
   * u8 to bool: x ≠ 0; the frame holds (y, x).
   */
  readonly cast_u8_to_bool: (x: number, y: number) => void;
  /**
   * u8 or bool to f32; the frame holds (y, x).
   */
  readonly cast_u8_to_f32: (x: number, y: number) => void;
  /**
   * u8 or bool to i32; the frame holds (y, x).
   */
  readonly cast_u8_to_i32: (x: number, y: number) => void;
  /**
   * y = x limited to [low, high], f32.
   */
  readonly clamp: (count: number, low: number, high: number, x: number, y: number) => void;
  /**
   * y = x limited to [low, high], i32.
   */
  readonly clamp_i32: (count: number, low: number, high: number, x: number, y: number) => void;
  /**
   * y = a ∘ b as bool, f32; the frame holds (y, a, b).
   */
  readonly compare_f32_strided: (comparison: Comparison, a: number, b: number, y: number) => void;
  /**
   * y = a ∘ b as bool, i32; the frame holds (y, a, b).
   */
  readonly compare_i32_strided: (comparison: Comparison, a: number, b: number, y: number) => void;
  /**
   * y = a ∘ b as bool, u8 or bool; the frame holds (y, a, b).
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
   * y = x of 1-byte elements; the frame holds (y, x).
   */
  readonly copy_bytes: (x: number, y: number) => void;
  /**
   * y = x of 4-byte elements; the frame holds (y, x).
   */
  readonly copy_words: (x: number, y: number) => void;
  /**
   * Loss, target's weight and log Σ exp of each row. `weights` of the classes may be 0 for none; targets have been
   * checked to be classes or `ignored`.
   */
  readonly cross_entropy: (rows: number, classes: number, logits: number, targets: number, weights: number, ignored: number, smoothing: number, loss: number, weight: number, logSumExp: number) => void;
  /**
   * Gradient of the logits from that of the rows' losses, which have a stride of 1, or of 0 if they share one.
   */
  readonly cross_entropy_gradient: (rows: number, classes: number, logits: number, targets: number, weights: number, ignored: number, smoothing: number, logSumExp: number, dLoss: number, dLossStride: number, dx: number) => void;
  /**
   * y = the running sum of x along the last axis of the frame's walk (y, x), f32.
   */
  readonly cumulative_sum: (x: number, y: number) => void;
  /**
   * y = the running sum of x along the last axis of the frame's walk (y, x), i32.
   */
  readonly cumulative_sum_i32: (x: number, y: number) => void;
  /**
   * Position of the first index that is not in low..high; `count` if there is none.
   */
  readonly first_invalid_index: (count: number, index: number, low: number, high: number) => number;
  /**
   * Where TypeScript writes the shapes of the next call.
   */
  readonly frame: () => number;
  /**
   * As `gather_words`, of 1-byte elements.
   */
  readonly gather_bytes: (axisStride: number, index: number, x: number, y: number) => void;
  /**
   * y = x at the index along an axis, 4-byte elements; the frame holds (y, index, x with 0 for the axis).
   */
  readonly gather_words: (axisStride: number, index: number, x: number, y: number) => void;
  /**
   * A helper's whole life, as number `index` from 1 on; does not return.
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
   * y = a ∘ b, bool; the frame holds (y, a, b).
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
   * C = start + A · B for every item of a batch; `bias` is read only if the start names it.
   *
   * Frame: rows, columns, depth (A is rows × depth, B depth × columns), then strides in elements: A's row and column, B's
   * row and column, C's row; then the walk over the batch axes: rank, sizes, strides of A, of B, of C.
   */
  readonly multiply: (a: number, b: number, bias: number, c: number, start: ProductStart) => number;
  /**
   * y[i, index[i]] = 1, else 0.
   */
  readonly one_hot: (count: number, classes: number, index: number, y: number) => void;
  /**
   * y = value with the given probability, else 0.
   */
  readonly random_bernoulli: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, probability: number, value: number, y: number) => number;
  /**
   * y uniform among the n integers from `low` on; n > 0.
   */
  readonly random_integers: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, low: number, n: number, y: number) => number;
  /**
   * y normal. The scalar lane never fuses multiply and add, so weights start from the same bits in every build.
   */
  readonly random_normal: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, mean: number, deviation: number, y: number) => number;
  /**
   * y = 0..count in random order.
   */
  readonly random_permutation: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, y: number) => number;
  /**
   * y uniform in [low, high).
   */
  readonly random_uniform: (seedLow: number, seedHigh: number, counterLow: number, counterHigh: number, count: number, low: number, high: number, y: number) => number;
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
  readonly reduce_i32: (reduction: IntegerReduction, x: number, y: number) => void;
  /**
   * Gives a block back. TypeScript's `Storage` calls this once for each block, with the size it asked for.
   */
  readonly release: (block: number, bytes: number) => void;
  /**
   * y = f(a, b) with a number for a, f32.
   */
  readonly scalar_binary: (Function: Binary, count: number, a: number, b: number, y: number) => void;
  /**
   * y += x at the index along an axis, f32; the frame holds (y with 0 for the axis, index, x).
   */
  readonly scatter_add: (axisStride: number, index: number, x: number, y: number) => void;
  /**
   * As `scatter_add`, of i32.
   */
  readonly scatter_add_i32: (axisStride: number, index: number, x: number, y: number) => void;
  /**
   * y = condition ? a : b of 1-byte elements; the frame holds (y, condition, a, b).
   */
  readonly select_bytes: (condition: number, a: number, b: number, y: number) => void;
  /**
   * y[o, i, :] = x[o, index[i], :], rows of `row_bytes`; all contiguous.
   */
  readonly select_rows: (outer: number, size: number, rowBytes: number, count: number, index: number, x: number, y: number) => void;
  /**
   * y = condition ? a : b of 4-byte elements; the frame holds (y, condition, a, b).
   */
  readonly select_words: (condition: number, a: number, b: number, y: number) => void;
  /**
   * Sets how many threads may work, the main thread being one, and whether the main thread may sleep.
   */
  readonly set_workers: (count: number, maySleep: number) => void;
  /**
   * One step of SGD. `velocity` may be 0 without momentum; `first` marks a velocity that holds nothing yet.
   */
  readonly sgd: (count: number, parameter: number, gradient: number, velocity: number, rate: number, momentum: number, dampening: number, weightDecay: number, nesterov: number, first: number, scale: number) => void;
  /**
   * y = softmax x of each row.
   */
  readonly softmax: (rows: number, size: number, x: number, y: number) => void;
  /**
   * dx of y = softmax x.
   */
  readonly softmax_gradient: (rows: number, size: number, y: number, dy: number, dx: number) => void;
  /**
   * The indices of the first `k` of each row in order, f32.
   */
  readonly sorted_indices: (rows: number, size: number, k: number, descending: number, x: number, indices: number) => number;
  /**
   * The indices of the first `k` of each row in order, i32.
   */
  readonly sorted_indices_i32: (rows: number, size: number, k: number, descending: number, x: number, indices: number) => number;
  /**
   * Σ x².
   */
  readonly sum_of_squares: (count: number, x: number) => number;
  /**
   * y = the sum of x, u8 or bool, as i32.
   */
  readonly sum_u8: (x: number, y: number) => void;
  /**
   * y = f(x), f32.
   */
  readonly unary: (Function: Unary, count: number, x: number, y: number) => void;
  /**
   * y = f(x), i32.
   */
  readonly unary_i32: (Function: IntegerUnary, count: number, x: number, y: number) => void;
  /**
   * y = f(x), i32; the frame holds (y, x).
   */
  readonly unary_i32_strided: (Function: IntegerUnary, x: number, y: number) => void;
  /**
   * y = f(x), f32; the frame holds (y, x).
   */
  readonly unary_strided: (Function: Unary, x: number, y: number) => void;
  /**
   * From now on convolutions are direct sums only.
   */
  readonly use_direct_sums: () => void;
}

/** What the module is instantiated with. */
export declare const importsOf: (memory: WebAssembly.Memory, startHelpers: () => void) => WebAssembly.Imports;

/** The memory that the module imports: the byte of the module that says of which kind (1 its own, 3 shared), and how
 * many pages. */
export declare const memoryImport: { readonly kindAt: number; readonly initial: number; readonly maximum: number };
