import {
  assertFinite,
  assertFunction,
  assertRecord,
  assertWhole,
  checkOptions,
  fromArray,
  fromZero,
  Generator,
  type GloveSide,
  gloveUpdate,
  inCall,
  keep,
  NonFiniteError,
  type OptionChecks,
  ones,
  scope,
  type Tensor,
  ValueError,
  wrongArgument,
  zeros,
} from "@unfoldjs/tensor-core";
import { Vocabulary } from "../text/vocabulary.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import type { Cooccurrences, CooccurrenceStream } from "./cooccurrences.ts";
import { Pace } from "./pause.ts";
import { assertTrainOptions, type TrainOptions } from "./run.ts";

/** How GloVe learns. Defaults are those of the first program. */
export interface GloveOptions {
  /** Features of a vector. Default 50. */
  readonly vectorSize?: number;
  /** Default 0.05. */
  readonly learningRate?: number;
  /** f(x) = (x / xMax)^alpha below it, and 1 from it on. Default 100. */
  readonly xMax?: number;
  /** Default 0.75. */
  readonly alpha?: number;
  /** Of the first values and the order of pairs. Default 1. */
  readonly seed?: number;
}

const DEFAULTS: Required<GloveOptions> = { vectorSize: 50, learningRate: 0.05, xMax: 100, alpha: 0.75, seed: 1 };
const CHECKS: OptionChecks<GloveOptions> = {
  vectorSize: (op, name, value) => assertWhole(op, name, value, 1),
  learningRate: fromZero,
  xMax: fromZero,
  alpha: assertFinite,
  seed: (op, name, value) => assertWhole(op, name, value),
};
/** Pairs of one step of the core. */
const BATCH = 1 << 16;

/**
 * Word vectors by GloVe (Pennington, Socher & Manning 2014): w·c + b + d nears the logarithm of how often two words stood near
 * each other. AdaGrad as in the first program, pair after pair in a random order that follows from the seed; the number of
 * threads changes no bit. A word's vector is the sum of its two.
 *
 * It owns its memory: `dispose()` it, or declare it with `using`.
 *
 * @example
 * const counts = await countCooccurrences(sentences, vocabulary, { window: 10 });
 * using model = new GloVe(vocabulary, { vectorSize: 50 });
 * await model.train(counts, { epochs: 25 });
 */
export class GloVe {
  static readonly name: string = "GloVe";
  readonly vocabulary: Vocabulary;
  /** Mean loss of a pair, f(X) (…)² / 2, before each step: one number an epoch. */
  readonly losses: number[] = [];
  private readonly settings: Required<GloveOptions>;
  private readonly sides: readonly [GloveSide, GloveSide];
  private readonly loss: Tensor;

  /** @throws ValueError on options that make no sense */
  constructor(vocabulary: Vocabulary, options: GloveOptions = {}) {
    if (!(vocabulary instanceof Vocabulary)) throw wrongArgument("GloVe", "vocabulary", vocabulary, "a Vocabulary");
    checkOptions("GloVe", options, CHECKS);
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    this.settings = { ...DEFAULTS, ...given };
    const { vectorSize, seed, xMax } = this.settings;
    if (xMax === 0) throw new ValueError("GloVe", { xMax }, "counts are divided by xMax: it must be above 0");
    this.vocabulary = vocabulary;
    const generator = new Generator(seed);
    const spread = 0.5 / vectorSize;
    const side = (): GloveSide => ({
      vectors: keep(generator.uniform([vocabulary.size, vectorSize], -spread, spread)) as Tensor,
      biases: keep(generator.uniform([vocabulary.size], -spread, spread)) as Tensor,
      vectorSquares: keep(ones([vocabulary.size, vectorSize])) as Tensor,
      biasSquares: keep(ones([vocabulary.size])) as Tensor,
    });
    this.sides = inCall("GloVe", () => scope(() => [side(), side()]));
    this.loss = keep(zeros([1])) as Tensor;
  }

  /**
   * Goes through all pairs once an epoch.
   * @param counts in memory, shuffled once; or a stream, from files (`countCorpus` of @unfoldjs/embeddings/corpus), in the order
   *   that it gives for the seed of each epoch
   * @param options `words` of the progress are pairs; after an abort the epochs that ended stay learnt, and part of the next
   * @throws ValueError on counts that are none, what the signal says if it is aborted, NonFiniteError if numbers grew too large
   */
  async train(counts: Cooccurrences | CooccurrenceStream, options: TrainOptions = {}): Promise<void> {
    const op = "GloVe.train";
    assertTrainOptions(op, options);
    const stream = streamOf(op, counts, this.settings.seed);
    const { epochs = 25, onProgress, signal } = options;
    const began = performance.now();
    const totalWords = epochs * stream.length;
    const pace = new Pace();
    for (let epoch = 0; epoch < epochs; epoch++) {
      let [sum, seen] = [0, 0];
      for await (const { words, contexts, times } of stream.blocks(this.settings.seed + epoch)) {
        for (let start = 0; start < words.length; start += BATCH) {
          signal?.throwIfAborted();
          const end = Math.min(start + BATCH, words.length);
          const lost = this.learn(op, {
            words: words.subarray(start, end),
            contexts: contexts.subarray(start, end),
            times: times.subarray(start, end),
          });
          sum += lost;
          seen += end - start;
          const done = epoch * stream.length + seen;
          const wordsPerSecond = (1000 * done) / Math.max(performance.now() - began, 1e-3);
          onProgress?.({
            epoch,
            epochs,
            words: done,
            totalWords,
            wordsPerSecond,
            secondsLeft: (totalWords - done) / wordsPerSecond,
            loss: lost / (end - start),
            learningRate: this.settings.learningRate,
          });
          await pace.turn();
        }
      }
      if (seen !== stream.length) {
        throw new ValueError(
          op,
          { "counts.length": stream.length, pairs: seen },
          "counts.blocks gives as many pairs as there are",
        );
      }
      this.losses.push(sum / seen);
    }
  }

  /** The vectors as they are now, each the sum of a word's two: a copy, with memory of its own. */
  vectors(): WordVectors {
    const [words, contexts] = this.sides;
    const counts = Int32Array.from(this.vocabulary.counts, (count) => Math.min(count, 2 ** 31 - 1));
    return inCall("GloVe.vectors", () =>
      scope(() => new WordVectors(this.vocabulary.words, words.vectors.add(contexts.vectors), { counts })),
    );
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const tensor of [...this.sides.flatMap((side) => Object.values(side) as Tensor[]), this.loss])
      tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** One step for each pair. Their loss. */
  private learn(op: string, { words, contexts, times }: Cooccurrences): number {
    const { learningRate, xMax, alpha } = this.settings;
    return inCall(op, () =>
      scope(() => {
        const often = fromArray(times);
        // Powers and logarithms of the core, which have the same bits everywhere.
        const pairs = {
          words: fromArray(words),
          contexts: fromArray(contexts),
          weights: often.div(xMax).clamp(0, 1).pow(alpha),
          logs: often.log(),
        };
        gloveUpdate(pairs, ...this.sides, { learningRate }, this.loss);
        const lost = this.loss.item();
        if (Number.isFinite(lost)) return lost;
        throw new NonFiniteError(op, { loss: lost, learningRate }, "numbers grew too large", "a smaller learningRate");
      }),
    );
  }
}

/** The pairs in a random order, which steps are to have. */
function shuffled({ words, contexts, times }: Cooccurrences, seed: number): Cooccurrences {
  const order = scope(() => new Generator(seed).permutation(words.length).data());
  return {
    words: Int32Array.from(order, (at) => words[at] ?? 0),
    contexts: Int32Array.from(order, (at) => contexts[at] ?? 0),
    times: Float32Array.from(order, (at) => times[at] ?? 0),
  };
}

/** Pairs block by block: those in memory are one block, the same in each epoch. */
function streamOf(op: string, counts: Cooccurrences | CooccurrenceStream, seed: number): Streamed {
  assertRecord(op, "counts", counts, "{ words, contexts, times }");
  if (!("blocks" in counts)) {
    assertCounts(op, counts);
    const order = shuffled(counts, seed);
    return { length: order.words.length, blocks: () => [order] };
  }
  assertFunction(op, "counts.blocks", counts.blocks);
  assertWhole(op, "counts.length", counts.length, 1);
  return {
    length: counts.length,
    async *blocks(epochSeed) {
      for await (const block of counts.blocks(epochSeed)) {
        assertCounts(op, block);
        yield block;
      }
    },
  };
}

interface Streamed {
  readonly length: number;
  blocks(seed: number): Iterable<Cooccurrences> | AsyncIterable<Cooccurrences>;
}

function assertCounts(op: string, counts: Cooccurrences): void {
  assertRecord(op, "counts", counts, "{ words, contexts, times }");
  const { words, contexts, times } = counts;
  if (!(words instanceof Int32Array)) throw wrongArgument(op, "counts.words", words, "an Int32Array");
  if (!(contexts instanceof Int32Array)) throw wrongArgument(op, "counts.contexts", contexts, "an Int32Array");
  if (!(times instanceof Float32Array)) throw wrongArgument(op, "counts.times", times, "a Float32Array");
  if (words.length !== contexts.length || words.length !== times.length) {
    const came = { words: words.length, contexts: contexts.length, times: times.length };
    throw new ValueError(op, came, "counts.words, counts.contexts and counts.times must be lists of one length");
  }
  if (words.length === 0) throw new ValueError(op, { "counts.words": 0 }, "there is nothing to learn from");
  const wrong = times.findIndex((often) => !(often > 0 && often < Infinity));
  if (wrong >= 0) {
    throw new ValueError(
      op,
      { position: wrong, times: times[wrong] ?? NaN },
      "counts.times must be above 0: X has a logarithm",
    );
  }
}
