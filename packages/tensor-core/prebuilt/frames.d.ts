// Written by scripts/build-wasm.mjs from the crate's layout/frames.rs. Do not edit.

/**
 * The most axes a tensor can have.
 */
export declare const MAX_RANK: 8;

/**
 * The axes of an image: depth, height, width.
 */
export declare const IMAGE_AXES: 3;

/** Where an operand of a walk lies. It is broadcast to the walk's sizes: trailing axes aligned, size 1 stretches. */
export interface Operand {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** How many of its axes the walk goes along, counted from the first. */
  readonly rank: number;
}

/**
 * Sizes alone.
 */
export interface ShapeWalk {
  readonly sizes: readonly number[];
}
/** Writes it from `heap[at]` on. */
export declare function writeShapeWalk(heap: Int32Array, at: number, frame: ShapeWalk): void;

/**
 * A result and its operand.
 */
export interface UnaryWalk {
  readonly sizes: readonly number[];
  readonly y: Operand;
  readonly x: Operand;
}
/** Writes it from `heap[at]` on. */
export declare function writeUnaryWalk(heap: Int32Array, at: number, frame: UnaryWalk): void;

/**
 * A result and its two operands.
 */
export interface BinaryWalk {
  readonly sizes: readonly number[];
  readonly y: Operand;
  readonly a: Operand;
  readonly b: Operand;
}
/** Writes it from `heap[at]` on. */
export declare function writeBinaryWalk(heap: Int32Array, at: number, frame: BinaryWalk): void;

/**
 * A choice between the elements of two operands.
 */
export interface SelectWalk {
  readonly sizes: readonly number[];
  readonly y: Operand;
  readonly condition: Operand;
  readonly a: Operand;
  readonly b: Operand;
}
/** Writes it from `heap[at]` on. */
export declare function writeSelectWalk(heap: Int32Array, at: number, frame: SelectWalk): void;

/**
 * Elements at places along an axis that an index names. The operand that is reached through the index has stride 0 along
 * that axis.
 */
export interface GatherWalk {
  readonly sizes: readonly number[];
  readonly y: Operand;
  readonly index: Operand;
  readonly x: Operand;
}
/** Writes it from `heap[at]` on. */
export declare function writeGatherWalk(heap: Int32Array, at: number, frame: GatherWalk): void;

/**
 * The batch axes of a product a · b = c.
 */
export interface ProductWalk {
  readonly sizes: readonly number[];
  readonly a: Operand;
  readonly b: Operand;
  readonly c: Operand;
}
/** Writes it from `heap[at]` on. */
export declare function writeProductWalk(heap: Int32Array, at: number, frame: ProductWalk): void;

/**
 * The items of a batch of attentions.
 */
export interface AttentionWalk {
  readonly sizes: readonly number[];
  readonly q: Operand;
  readonly k: Operand;
  readonly v: Operand;
  readonly mask: Operand;
  readonly lengths: Operand;
}
/** Writes it from `heap[at]` on. */
export declare function writeAttentionWalk(heap: Int32Array, at: number, frame: AttentionWalk): void;

/**
 * The axes over which an operand is reduced.
 */
export interface ReducedWalk {
  readonly sizes: readonly number[];
  readonly x: Operand;
}
/** Writes it from `heap[at]` on. */
export declare function writeReducedWalk(heap: Int32Array, at: number, frame: ReducedWalk): void;

/**
 * A reduction.
 */
export interface ReductionFrame {
  /**
   * The axes that stay.
   */
  readonly kept: UnaryWalk;
  /**
   * The axes that go.
   */
  readonly reduced: ReducedWalk;
}
/** Writes it from `heap[at]` on. */
export declare function writeReductionFrame(heap: Int32Array, at: number, frame: ReductionFrame): void;

/**
 * Products a · b = c of a batch: a is rows × depth, b depth × columns. Strides are in elements; c's columns are dense.
 */
export interface ProductFrame {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly aRowStride: number;
  readonly aColumnStride: number;
  readonly bRowStride: number;
  readonly bColumnStride: number;
  readonly cRowStride: number;
  readonly batch: ProductWalk;
}
/** Writes it from `heap[at]` on. */
export declare function writeProductFrame(heap: Int32Array, at: number, frame: ProductFrame): void;

/**
 * A convolution or one of its gradients, over up to three axes. An axis that is not there comes before those that are, with a
 * size, kernel, stride and dilation of 1 and no padding.
 */
export interface ConvolutionFrame {
  readonly batch: number;
  readonly groups: number;
  /**
   * Channels of the image, all groups together.
   */
  readonly channels: number;
  /**
   * Channels of the output, all groups together.
   */
  readonly filters: number;
  readonly image: readonly [number, number, number];
  readonly kernel: readonly [number, number, number];
  readonly output: readonly [number, number, number];
  readonly stride: readonly [number, number, number];
  /**
   * Zeros before the first element of each axis; how many follow the last one is in the output's size.
   */
  readonly padding: readonly [number, number, number];
  readonly dilation: readonly [number, number, number];
  /**
   * 1 for the products of the definition and nothing else; 0 for what is fastest.
   */
  readonly exact: number;
}
/** Writes it from `heap[at]` on. */
export declare function writeConvolutionFrame(heap: Int32Array, at: number, frame: ConvolutionFrame): void;

/**
 * A pooling or its gradient, over up to three axes; an axis that is not there as in `ConvolutionFrame`.
 */
export interface PoolingFrame {
  /**
   * Batch and channels together.
   */
  readonly planes: number;
  readonly image: readonly [number, number, number];
  readonly output: readonly [number, number, number];
  /**
   * 1 if the windows follow from the sizes of image and output, and the fields below say nothing; else 0.
   */
  readonly adaptive: number;
  readonly kernel: readonly [number, number, number];
  readonly stride: readonly [number, number, number];
  /**
   * Before the first element of each axis.
   */
  readonly padding: readonly [number, number, number];
  /**
   * Behind the last; a last window may reach beyond.
   */
  readonly paddingAfter: readonly [number, number, number];
  readonly dilation: readonly [number, number, number];
}
/** Writes it from `heap[at]` on. */
export declare function writePoolingFrame(heap: Int32Array, at: number, frame: PoolingFrame): void;

/**
 * A recurrent net's sequence, or its gradient.
 */
export interface SequenceFrame {
  readonly time: number;
  readonly batch: number;
  /**
   * Features of a step's input.
   */
  readonly input: number;
  /**
   * Hidden units.
   */
  readonly hidden: number;
  /**
   * Features of the state: the hidden units, or what they are projected to.
   */
  readonly state: number;
  /**
   * 1 if it runs from the end of time, else 0.
   */
  readonly reverse: number;
}
/** Writes it from `heap[at]` on. */
export declare function writeSequenceFrame(heap: Int32Array, at: number, frame: SequenceFrame): void;

/**
 * Attention, or its gradient. Strides are in elements; queries, keys and values are dense along their features.
 */
export interface AttentionFrame {
  readonly queries: number;
  readonly keys: number;
  /**
   * Features of a query and a key.
   */
  readonly size: number;
  readonly valueSize: number;
  readonly qRowStride: number;
  readonly kRowStride: number;
  readonly vRowStride: number;
  readonly maskRowStride: number;
  readonly maskColumnStride: number;
  /**
   * 1 if query i sees the keys up to i alone, else 0.
   */
  readonly causal: number;
  readonly batch: AttentionWalk;
}
/** Writes it from `heap[at]` on. */
export declare function writeAttentionFrame(heap: Int32Array, at: number, frame: AttentionFrame): void;

/**
 * Word vectors to be learnt from a text.
 */
export interface WordsFrame {
  /**
   * Words of the text.
   */
  readonly tokens: number;
  readonly sentences: number;
  /**
   * Features of a vector.
   */
  readonly size: number;
  /**
   * Words of the vocabulary.
   */
  readonly words: number;
  readonly inputRows: number;
  /**
   * Steps of all paths together.
   */
  readonly paths: number;
  /**
   * Rows of all words together.
   */
  readonly subwords: number;
  /**
   * 1 for a word from all around it, 0 from each.
   */
  readonly bag: number;
  readonly window: number;
  /**
   * 1 if windows are drawn, 0 if each is as wide as it may be.
   */
  readonly shrink: number;
  readonly negative: number;
  /**
   * 1 for the mean of rows that stand together, 0 for their sum.
   */
  readonly mean: number;
  /**
   * 0 for blocks, 1 for the order of the text, 2 for threads that do not wait for each other.
   */
  readonly order: number;
  /**
   * Words whose steps are laid out at once, for blocks.
   */
  readonly round: number;
  readonly seedLow: number;
  readonly seedHigh: number;
  readonly counterLow: number;
  readonly counterHigh: number;
}
/** Writes it from `heap[at]` on. */
export declare function writeWordsFrame(heap: Int32Array, at: number, frame: WordsFrame): void;
