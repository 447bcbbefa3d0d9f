import type {
  AttentionGradientProblem,
  AttentionProblem,
  NormGradientProblem,
  RecurrenceGradientProblem,
  RecurrenceProblem,
} from "./layer-problems.ts";
import type { NetworkProblem, NetworkStepProblem } from "./network-problems.ts";

/** A row-major f32 matrix product: (rows, inner) · (inner, columns). */
interface MatrixProduct {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** `batch` products one after another, of operands that may be stored transposed. */
export interface MatMulProblem extends MatrixProduct {
  /** undefined where the operands are two plain matrices */
  readonly batch?: number;
  /** `left` is stored as (inner, rows) */
  readonly leftTransposed?: boolean;
  /** `right` is stored as (columns, inner) */
  readonly rightTransposed?: boolean;
}

/** The product's weighted sum, loss = Σ (left · right) ⊙ weight with `weight` (rows, columns), to be differentiated. */
export interface MatMulGradientProblem extends MatrixProduct {
  readonly weight: Float32Array;
}

/** Cross-correlation with stride 1 of square images, padded with zeros on all sides. */
export interface ConvolutionSizes {
  readonly batch: number;
  readonly channels: number;
  /** rows and columns of an image */
  readonly size: number;
  readonly filters: number;
  /** rows and columns of a filter */
  readonly kernel: number;
  readonly padding: number;
  /** 1, or as many as channels and filters: depthwise */
  readonly groups: number;
}

/** Images (batch, channels, size, size) and weight (filters, channels / groups, kernel, kernel). */
export interface ConvolutionProblem extends ConvolutionSizes {
  readonly images: Float32Array;
  readonly weight: Float32Array;
}

/** loss = Σ maps ⊙ upstream, with `upstream` of the maps' shape, to be differentiated. */
export interface ConvolutionGradientProblem extends ConvolutionProblem {
  readonly upstream: Float32Array;
}

/** A weight or bias of a network in PyTorch's layout: (out, in, height, width), (out, in) or (out). */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** LeNet-5 with ReLU, max pooling and cross-entropy, one batch of 28 × 28 images, Adam with PyTorch's defaults. */
export interface LeNetProblem {
  readonly batch: number;
  /** (batch, 1, 28, 28) */
  readonly images: Float32Array;
  /** (batch), classes 0 to 9 */
  readonly labels: Int32Array;
  /** weight and bias of convolution 1, convolution 2, dense 1, 2 and 3 */
  readonly parameters: readonly NamedArray[];
}

/** Dense layers with ReLU between them and cross-entropy, one batch, Adam with PyTorch's defaults. */
export interface MlpProblem {
  readonly batch: number;
  /** (batch, features) */
  readonly inputs: Float32Array;
  /** (batch) */
  readonly labels: Int32Array;
  /** weight (out, in) and bias of each layer */
  readonly parameters: readonly NamedArray[];
}

/** A table of embeddings, a GRU and a dense head: the next character at each place of one text, Adam as above. */
export interface CharacterGruProblem {
  /** (time) */
  readonly characters: Int32Array;
  /** (time), the character that follows each */
  readonly next: Int32Array;
  /** embedding, weightIh, weightHh, biasIh and biasHh of the GRU, weight and bias of the head */
  readonly parameters: readonly NamedArray[];
}

/** A table of embeddings, recurrent layers and a dense head: the next token at each place of a batch of texts, Adam as above. */
export interface LanguageModelProblem {
  readonly cell: "lstm" | "gru";
  readonly layers: number;
  /** units of each layer, and features of an embedded token */
  readonly width: number;
  readonly vocabulary: number;
  readonly time: number;
  readonly batch: number;
  /** (time, batch) */
  readonly tokens: Int32Array;
  /** (time, batch), the token that follows each */
  readonly next: Int32Array;
  /** embedding; weightIh, weightHh, biasIh and biasHh of each layer; weight and bias of the head */
  readonly parameters: readonly NamedArray[];
}

/** One step of a decoder that attends to a source (Bahdanau et al. 2015), from a state of zeros, without a gradient. */
export interface AttentionDecodeProblem {
  /** units of the decoder, of what compares, and features of the source and of an embedded word */
  readonly width: number;
  readonly vocabulary: number;
  /** places of the source */
  readonly source: number;
  readonly token: number;
  /** (source, width) */
  readonly states: Float32Array;
  /** embedding; weightIh, weightHh, biasIh and biasHh of an LSTM; weight and bias of the head; v, W and U of the attention */
  readonly parameters: readonly NamedArray[];
}

/** The vectors of sentences, as many tokens each, by a BERT with GELU: the normalised mean of its tokens' vectors. */
export interface SentenceVectorsProblem {
  readonly batch: number;
  readonly time: number;
  readonly vocabulary: number;
  readonly hidden: number;
  readonly heads: number;
  readonly layers: number;
  readonly inner: number;
  /** (batch, time) */
  readonly tokens: Int32Array;
  /** by transformers' names */
  readonly parameters: readonly NamedArray[];
}

/**
 * A small GPT (Radford et al. 2019): causal layers that normalise first, learned positions, GELU by erf, and the table of
 * tokens as the output's too. The next token at each place of a batch of texts, Adam as above.
 */
export interface GptProblem {
  readonly batch: number;
  readonly time: number;
  readonly heads: number;
  /** (batch, time) */
  readonly tokens: Int32Array;
  /** (batch, time), the token that follows each */
  readonly next: Int32Array;
  /**
   * Tables of tokens and positions; of each layer weight and bias of the
   * projection to queries, keys and values, of that of the heads, of both dense layers and of both norms; those of the last norm.
   */
  readonly parameters: readonly NamedArray[];
}

/** Functions of each element, of each row (softmax) or of all (sum). */
export type ElementwiseFunction = "relu" | "add" | "exp" | "tanh" | "softmax" | "sum";

/** A function of `x` (rows, columns), and of `y` of the same shape where it takes two. */
export interface ElementwiseProblem {
  readonly function: ElementwiseFunction;
  readonly rows: number;
  readonly columns: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** `left` + `right` of two vectors, and how the result is given back afterwards. */
export interface AddProblem {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly memory: "dispose" | "scope";
}

/** A beam search over log-probabilities that are there already: row i of a step is row i of `rows`, whatever came before. */
export interface BeamProblem {
  readonly width: number;
  readonly vocabulary: number;
  readonly steps: number;
  /** what finds the best tokens of a row */
  readonly select: "plain" | "tensor-core";
  /** (width, vocabulary), log-probabilities */
  readonly rows: Float32Array;
}

/** The words that are most like one, among many vectors. */
export interface NearestWordsProblem {
  readonly words: number;
  readonly size: number;
  /** the row whose neighbours are asked for, which is none of them */
  readonly asked: number;
  readonly count: number;
  /** whether every vector is read as it is, or candidates are chosen among rounded ones */
  readonly by: "all" | "preselect";
  /** (words, size) */
  readonly rows: Float32Array;
}

/** Tokens drawn for each row of a batch, one in each step, from the k likeliest at a temperature. */
export interface SampleProblem {
  readonly batch: number;
  readonly vocabulary: number;
  readonly steps: number;
  readonly k: number;
  readonly temperature: number;
  /** (batch, vocabulary), log-probabilities */
  readonly rows: Float32Array;
}

/** A process that multiplies two matrices of 2 × 2. */
export interface ColdStartProblem {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** Each kind of work, the problem that states it, and the outputs by which peers are compared. */
export interface Works {
  /** outputs: `product` */
  matmul: MatMulProblem;
  /** outputs: `loss`, and its gradients `left` and `right` */
  matmulGradient: MatMulGradientProblem;
  /** outputs: `output`, (batch, heads, length, size) */
  attention: AttentionProblem;
  /** outputs: the gradients `query`, `key` and `value` */
  attentionGradient: AttentionGradientProblem;
  /** outputs: `output`, (time, batch, hidden) */
  recurrence: RecurrenceProblem;
  /** outputs: the gradients `x`, `weightIh`, `weightHh`, `biasIh` and `biasHh` */
  recurrenceGradient: RecurrenceGradientProblem;
  /** outputs: `y`, and the gradients `x`, `weight` and `bias` */
  normGradient: NormGradientProblem;
  /** outputs: `maps`, (batch, filters, rows, columns) */
  convolution: ConvolutionProblem;
  /** outputs: the gradients `images` and `weight` */
  convolutionGradient: ConvolutionGradientProblem;
  /** outputs: `loss` and `gradients` (all parameters in order) before a step; with Adam also `nextLoss`, after one */
  lenetStep: LeNetProblem;
  /** outputs: as `lenetStep` */
  mlpStep: MlpProblem;
  /** outputs: as `lenetStep` */
  characterGruStep: CharacterGruProblem;
  /** outputs: as `lenetStep` */
  languageModelStep: LanguageModelProblem;
  /** outputs: `logProbabilities` (vocabulary) and `weights` (source) */
  attentionDecodeStep: AttentionDecodeProblem;
  /** outputs: `vectors` (batch, hidden) */
  sentenceVectors: SentenceVectorsProblem;
  /** outputs: as `lenetStep` */
  gptStep: GptProblem;
  /** outputs: `logits` (batch, classes) */
  network: NetworkProblem;
  /** outputs: as `lenetStep` */
  networkStep: NetworkStepProblem;
  /** outputs: `result` */
  elementwise: ElementwiseProblem;
  /** outputs: `sum` */
  add: AddProblem;
  /** outputs: `tokens` and `score` of the best hypothesis */
  beam: BeamProblem;
  /** outputs: `similarities`, best first */
  nearestWords: NearestWordsProblem;
  /** outputs: `kept`, the share of tokens that the filters allow, and their mean `surprise` in nats, of thousands of draws */
  sample: SampleProblem;
  /** outputs: `product` */
  coldStart: ColdStartProblem;
}

/** What came out of doing the work once, by name. */
export type Outputs = Readonly<Record<string, ArrayLike<number>>>;

/** One library at one problem, with all that is not to be timed already done. */
export interface Contender {
  /** Does the work once, until its result is there, and leaves no memory behind. */
  run(): void | Promise<void>;
  /** Does the work so many times where another process does it and measures itself. @returns milliseconds */
  time?(runs: number): Promise<number>;
  /** Does the work once and reads what came out. May return fewer outputs than the work has. */
  outputs(): Outputs | Promise<Outputs>;
  /** Gives back what the preparation took. */
  dispose(): void | Promise<void>;
}

/** The kinds of work that a library can do, each a function that prepares a problem,
 * or gives nothing if it cannot do this one. */
export type Ways = { readonly [W in keyof Works]?: (problem: Works[W]) => Contender | Promise<Contender> | undefined };

/** What a reader is told of a library. */
export interface Library {
  readonly name: string;
  readonly version: string;
  /** that share its work in this run */
  readonly threads: number;
  /** Not WebAssembly or JavaScript but native code, which `--native` brings: it stands in a column of its own. */
  readonly isNative?: boolean;
}

/** A library behind the interface that all share. */
export interface Peer extends Omit<Library, "threads"> {
  /** whether it can share its work among threads where it is measured */
  readonly canShare: boolean;
  /** Loads the library, set up as its documentation advises for so many threads; 1 if it cannot share. */
  load(threads: number): Promise<Ways>;
}
