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
import { fillFrom, modelOf, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { abortable } from "../waiting/abortable.ts";
import type { Cooccurrences, CooccurrenceStream } from "./cooccurrences.ts";
import { assertLearnable } from "./learnable.ts";
import { Pace } from "./pause.ts";
import { assertTrainOptions, begunRun, FRESH, meanLosses, Reporter, type Run, type TrainOptions } from "./run.ts";

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
  private run: Run = structuredClone(FRESH);
  private isTraining = false;
  private readonly settings: Required<GloveOptions>;
  private readonly sides: readonly [GloveSide, GloveSide];
  private readonly loss: Tensor;

  /** @throws ValueError on options that make no sense */
  constructor(vocabulary: Vocabulary, options: GloveOptions = {}) {
    if (!(vocabulary instanceof Vocabulary)) throw wrongArgument("GloVe", "vocabulary", vocabulary, "a Vocabulary");
    assertLearnable("GloVe", vocabulary);
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
   * Goes on from a checkpoint: `train` with the same counts then ends with the bits of a training that was never broken off.
   * @throws FormatError if the bytes are no checkpoint of a GloVe
   */
  static resume(bytes: Uint8Array): GloVe {
    const op = "GloVe.resume";
    const saved = readCheckpoint(op, "GloVe", bytes);
    const fit = { names: Object.keys(DEFAULTS), table: "words.vectors" };
    const model = modelOf(op, saved, fit, () => new GloVe(saved.vocabulary, saved.settings));
    try {
      fillFrom(op, saved.tensors, model.tables());
    } catch (error) {
      model.dispose();
      throw error;
    }
    model.run = saved.run;
    return model;
  }

  /** Mean loss of a pair, f(X) (…)² / 2, before its step: of each epoch that has ended, and of the present one so far. */
  get losses(): readonly number[] {
    return meanLosses(this.run);
  }

  /**
   * Goes through all pairs once an epoch, 25 times if not told. After an abort, or in a model from a checkpoint, it goes on where
   * it was: `epochs` may then be left out.
   * @param counts in memory, shuffled once; or a stream, from files (`countCorpus` of @unfoldjs/embeddings/corpus), in the order
   *   that it gives for the seed of each epoch
   * @param options `words` of the progress are pairs
   * @throws ValueError on counts that are none, or others than those it has begun with; what the signal says if it is aborted;
   *   NonFiniteError if numbers grew too large
   */
  async train(counts: Cooccurrences | CooccurrenceStream, options: TrainOptions = {}): Promise<void> {
    const op = "GloVe.train";
    assertTrainOptions(op, options);
    const { onProgress, signal } = options;
    const stream = streamOf(op, counts, this.settings.seed, signal);
    if (this.isTraining) throw new ValueError(op, {}, "the model is in training", "await the first train()");
    const run = (this.run = begunRun(op, this.run, options.epochs, 25));
    const reporter = new Reporter(onProgress, run.epochs * stream.length, run.words);
    const pace = new Pace();
    const { learningRate, seed } = this.settings;
    this.isTraining = true;
    try {
      while (run.epoch < run.epochs) {
        const epoch = (run.losses[run.epoch] ??= { sum: 0, steps: 0 });
        const behind = run.pieces;
        let [seen, piece] = [0, 0];
        if (behind === 0) assertSame(op, run, stream.length, seen);
        for await (const { words, contexts, times } of stream.blocks(seed + run.epoch)) {
          for (let start = 0; start < words.length; start += BATCH) {
            const end = Math.min(start + BATCH, words.length);
            seen += end - start;
            if (++piece <= behind) {
              if (piece === behind) assertSame(op, run, stream.length, seen);
              continue;
            }
            signal?.throwIfAborted();
            const loss = this.learn(op, {
              words: words.subarray(start, end),
              contexts: contexts.subarray(start, end),
              times: times.subarray(start, end),
            });
            epoch.sum += loss;
            epoch.steps += end - start;
            run.words += end - start;
            run.pieces++;
            reporter.batch(run, learningRate, { sum: loss, steps: end - start });
            await pace.turn();
          }
        }
        if (piece < behind) assertSame(op, run, stream.length, seen);
        if (seen !== stream.length) {
          throw new ValueError(
            op,
            { "counts.length": stream.length, pairs: seen },
            "counts.blocks gives as many pairs as there are",
          );
        }
        run.epoch++;
        run.pieces = 0;
        reporter.say(run, learningRate);
      }
    } finally {
      this.isTraining = false;
    }
  }

  /** All of the model and where its training is, as a file (safetensors). It can be taken in `onProgress`, after an abort, or at the end. */
  checkpoint(): Uint8Array<ArrayBuffer> {
    const { settings, vocabulary, run } = this;
    return writeCheckpoint("GloVe.checkpoint", this.tables(), { kind: "GloVe", settings, vocabulary, run });
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
    for (const tensor of [...Object.values(this.tables()), this.loss]) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What it learns, by the names of a checkpoint. */
  private tables(): Record<string, Tensor> {
    const named = (side: string, tables: GloveSide): [string, Tensor][] =>
      Object.entries(tables).map(([name, table]) => [`${side}.${name}`, table as Tensor]);
    const [words, contexts] = this.sides;
    return Object.fromEntries([...named("words", words), ...named("contexts", contexts)]);
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

/** @throws ValueError unless as many pairs are behind as the training has learnt */
function assertSame(op: string, { epoch, words }: Run, length: number, seen: number): void {
  if (words === epoch * length + seen) return;
  throw new ValueError(
    op,
    { pairs: length, learnt: words, epoch },
    "these are not the counts that the training has begun with",
  );
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
function streamOf(
  op: string,
  counts: Cooccurrences | CooccurrenceStream,
  seed: number,
  signal: AbortSignal | undefined,
): Streamed {
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
      for await (const block of abortable(counts.blocks(epochSeed), signal)) {
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
