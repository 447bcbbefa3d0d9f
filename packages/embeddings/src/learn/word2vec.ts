import {
  cbowUpdate,
  fromArray,
  Generator,
  inCall,
  keep,
  NonFiniteError,
  scope,
  skipGramUpdate,
  type Tensor,
  ValueError,
  type WordKnowledge,
  type WordTables,
  wrongArgument,
  zeros,
} from "@unfoldjs/tensor-core";
import type { Sentences } from "../text/sentences.ts";
import { buildVocabulary, Vocabulary } from "../text/vocabulary.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import { cumulativeOf, keepOf } from "../text/chances.ts";
import { fillFrom, modelOf, readCheckpoint, type Saved, writeCheckpoint } from "./checkpoint.ts";
import { type Chunk, chunks } from "./chunks.ts";
import { huffmanPaths } from "./huffman.ts";
import { CHECKS, DEFAULTS, NAMES, type Settings, settingsOf, type Word2VecOptions } from "./options.ts";
import { assertLearnable } from "./learnable.ts";
import { Pace } from "./pause.ts";
import { assertTrainOptions, begunRun, FRESH, meanLosses, Reporter, type Run, type TrainOptions } from "./run.ts";

/** Words of a call of the core, about. The rate is the same for all of them. */
const BATCH = 4000;

/** What the core calls them. */
const ORDERS = { deterministic: "blocks", sequential: "sequence", hogwild: "hogwild" } as const;

/** Rows of the input table that stand for each word, where it is not its own row alone. */
export interface WordRows {
  /** Of the whole table. */
  readonly count: number;
  /** (words + 1) */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/**
 * Word vectors by word2vec (Mikolov et al. 2013a, 2013b): skip-gram or a continuous bag of words, by negative sampling or
 * hierarchical softmax, with gensim's semantics. In deterministic mode a text gives the same bits for any number of threads, and
 * a training that was broken off and goes on from a checkpoint the bits of one that was not.
 *
 * It owns its memory: `dispose()` it, or declare it with `using`.
 *
 * @example
 * using model = await Word2Vec.from(sentences, { vectorSize: 100, architecture: "skip-gram" }, { minCount: 5 });
 * await model.train(sentences, { epochs: 5, onProgress: ({ loss, secondsLeft }) => console.log(loss, secondsLeft) });
 * using vectors = model.vectors();
 */
export class Word2Vec {
  static readonly name: string = "Word2Vec";
  readonly vocabulary: Vocabulary;
  protected readonly settings: Settings;
  /** (rows, size): the vectors. */
  protected readonly input: Tensor;
  /** (words, size), for negative sampling. */
  protected readonly output: Tensor | undefined;
  /** (words − 1, size), for hierarchical softmax. */
  protected readonly nodes: Tensor | undefined;
  private readonly loss: Tensor;
  private readonly knowledge: WordKnowledge;
  private run: Run = structuredClone(FRESH);
  private isTraining = false;

  /** @throws ValueError on options that make no sense */
  constructor(vocabulary: Vocabulary, options: Word2VecOptions = {}) {
    if (!(vocabulary instanceof Vocabulary)) {
      throw wrongArgument(
        new.target.name,
        "vocabulary",
        vocabulary,
        "a Vocabulary",
        "await Vocabulary.build(sentences)",
      );
    }
    const op = new.target.name;
    assertLearnable(op, vocabulary);
    this.vocabulary = vocabulary;
    this.settings = this.checked(op, options);
    const { vectorSize, negative, nsExponent, hierarchicalSoftmax, sample, seed } = this.settings;
    const { counts, size: words } = vocabulary;
    const total = vocabulary.total;
    if (total === 0)
      throw new ValueError(op, { words }, "no word of the vocabulary ever came: there is nothing to learn");
    const rows = this.rows();
    const spread = 1 / vectorSize; // as gensim 4 and fastText; word2vec.c has half of it
    // May be refused, and so comes before there is anything to give back.
    const cumulative = negative > 0 ? cumulativeOf(op, counts, nsExponent) : undefined;
    const made = inCall(op, () =>
      scope(() => {
        const ints = (values: Int32Array): Tensor<[number], "i32"> => keep(fromArray(values));
        const paths = hierarchicalSoftmax ? huffmanPaths(counts) : undefined;
        return {
          input: keep(new Generator(seed).uniform([rows?.count ?? words, vectorSize], -spread, spread)) as Tensor,
          output: negative > 0 ? (keep(zeros([words, vectorSize])) as Tensor) : undefined,
          nodes: hierarchicalSoftmax ? (keep(zeros([Math.max(words - 1, 0), vectorSize])) as Tensor) : undefined,
          loss: keep(zeros([2])) as Tensor,
          knowledge: {
            ...(cumulative === undefined ? {} : { cumulative: ints(cumulative) }),
            ...(paths === undefined ? {} : { pathStarts: ints(paths.starts), paths: ints(paths.steps) }),
            ...(sample > 0 ? { keep: ints(keepOf(counts, sample)) } : {}),
            ...(rows === undefined ? {} : { subwordStarts: ints(rows.starts), subwords: ints(rows.rows) }),
          },
        };
      }),
    );
    this.input = made.input;
    this.output = made.output;
    this.nodes = made.nodes;
    this.loss = made.loss;
    this.knowledge = made.knowledge;
  }

  /** Counts the words of a text, and makes a model of them that has learnt nothing yet. @throws ValueError */
  static async from(
    sentences: Sentences,
    options: Word2VecOptions = {},
    vocabulary: Parameters<typeof Vocabulary.build>[1] = {},
  ): Promise<Word2Vec> {
    return new Word2Vec(await buildVocabulary("Word2Vec.from", sentences, vocabulary), options);
  }

  /**
   * Goes on from a checkpoint: `train` with the same sentences then ends with the bits of a training that was never broken off.
   * @throws FormatError if the bytes are no checkpoint of a Word2Vec
   */
  static resume(bytes: Uint8Array): Word2Vec {
    const saved = readCheckpoint("Word2Vec.resume", "Word2Vec", bytes);
    const fit = { names: NAMES, table: "input" };
    const model = modelOf("Word2Vec.resume", saved, fit, () => new Word2Vec(saved.vocabulary, saved.settings));
    model.take("Word2Vec.resume", saved);
    return model;
  }

  /** Loss of each epoch that has ended, and of the present one so far: the mean of its steps, each before it was made. */
  get losses(): readonly number[] {
    return meanLosses(this.run);
  }

  /**
   * Learns from the sentences, which are gone through once an epoch. The rate falls from `learningRate` to `minLearningRate`
   * with the words of the vocabulary that were there. After an abort, or in a model from a checkpoint, it goes on where it was:
   * `epochs` may then be left out.
   * @throws ValueError on sentences that are none; what the signal says, if it is aborted; NonFiniteError if numbers grew too large
   */
  async train(sentences: Sentences, options: TrainOptions = {}): Promise<void> {
    const op = `${this.constructor.name}.train`;
    assertTrainOptions(op, options);
    const { onProgress, signal } = options;
    if (this.isTraining) throw new ValueError(op, {}, "the model is in training", "await the first train()");
    const run = (this.run = begunRun(op, this.run, options.epochs, 5));
    const totalWords = run.epochs * this.vocabulary.total;
    const reporter = new Reporter(onProgress, totalWords, run.words);
    const pace = new Pace();
    this.isTraining = true;
    try {
      while (run.epoch < run.epochs) {
        let seen = 0;
        const skipped = run.pieces;
        run.losses[run.epoch] ??= { sum: 0, steps: 0 };
        let batch: Chunk[] = [];
        let count = 0;
        const flush = async (): Promise<void> => {
          signal?.throwIfAborted();
          if (batch.length === 0) return;
          const { rate, loss } = this.learn(op, batch, count, run.words / totalWords);
          const epoch = run.losses[run.epoch];
          if (epoch !== undefined) {
            epoch.sum += loss.sum;
            epoch.steps += loss.steps;
          }
          run.words += count;
          run.pieces += batch.length;
          [batch, count] = [[], 0];
          reporter.batch(run, rate, loss);
          await pace.turn();
        };
        const most = Math.max(BATCH, this.roundWords);
        for await (const piece of chunks(op, sentences, this.vocabulary, signal)) {
          if (seen++ < skipped) continue;
          if (count + piece.length > most) await flush();
          batch.push(piece);
          count += piece.length;
        }
        await flush();
        if (seen < skipped) {
          throw new ValueError(
            op,
            { pieces: skipped, found: seen },
            "the text is shorter than what was learnt from it",
          );
        }
        run.epoch++;
        run.pieces = 0;
        reporter.say(run, this.rateAt(run.words / totalWords));
      }
    } finally {
      this.isTraining = false;
    }
  }

  /**
   * All of the model and where its training is, as a file (safetensors). It can be taken between two batches: in `onProgress`,
   * after an abort, or at the end.
   */
  checkpoint(): Uint8Array<ArrayBuffer> {
    const { input, output, nodes, settings, vocabulary, run } = this;
    const tensors = {
      input,
      ...(output === undefined ? {} : { output }),
      ...(nodes === undefined ? {} : { nodes }),
    };
    const op = `${this.constructor.name}.checkpoint`;
    return writeCheckpoint(op, tensors, { kind: this.constructor.name, settings, vocabulary, run });
  }

  /** The vectors as they are now, to search in: a copy, with memory of its own. */
  vectors(): WordVectors {
    return inCall(`${this.constructor.name}.vectors`, () =>
      scope(() => new WordVectors(this.vocabulary.words, this.input.clone(), { counts: this.counts() })),
    );
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const tensor of [this.input, this.output, this.nodes, this.loss, ...Object.values(this.knowledge)]) {
      (tensor as Tensor | undefined)?.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Counts as vectors keep them. */
  protected counts(): Int32Array {
    return Int32Array.from(this.vocabulary.counts, (count) => Math.min(count, 2 ** 31 - 1));
  }

  /** Options with what is left out filled in. */
  protected checked(op: string, options: Word2VecOptions): Settings {
    return settingsOf(op, options, DEFAULTS, CHECKS);
  }

  /** The rows of words, where they are not their own alone. */
  protected rows(): WordRows | undefined {
    return undefined;
  }

  /** Words whose steps are dealt out at once. */
  private get roundWords(): number {
    const { roundWords, architecture } = this.settings;
    if (roundWords !== undefined) return roundWords;
    if (this.knowledge.subwords !== undefined) return 100;
    return architecture === "cbow" ? 500 : 2000;
  }

  /** Whether the rows of a word, or of several, are their mean. */
  protected get isMean(): boolean {
    return this.settings.cbowMean;
  }

  /** Fills the model from a checkpoint. */
  protected take(op: string, { tensors, run }: Saved): void {
    try {
      fillFrom(op, tensors, { input: this.input, output: this.output, nodes: this.nodes });
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.run = run;
  }

  private rateAt(share: number): number {
    const { learningRate, minLearningRate } = this.settings;
    return Math.max(minLearningRate, learningRate - (learningRate - minLearningRate) * share);
  }

  /** Learns from some pieces of text. */
  private learn(
    op: string,
    batch: readonly Chunk[],
    count: number,
    share: number,
  ): { rate: number; loss: { sum: number; steps: number } } {
    const { architecture, window, shrinkWindows, negative, seed, mode } = this.settings;
    const tokens = new Int32Array(count);
    const starts = new Int32Array(batch.length + 1);
    let at = 0;
    for (const [i, piece] of batch.entries()) {
      tokens.set(piece, at);
      at += piece.length;
      starts[i + 1] = at;
    }
    const rate = this.rateAt(share);
    const update = architecture === "cbow" ? cbowUpdate : skipGramUpdate;
    return inCall(op, () =>
      scope(() => {
        const tables: WordTables = { input: this.input, output: this.output, nodes: this.nodes, loss: this.loss };
        update({ tokens: fromArray(tokens), starts: fromArray(starts) }, tables, this.knowledge, {
          window,
          shrinkWindows,
          negative,
          mean: this.isMean,
          learningRate: rate,
          seed,
          // Each word of each epoch of each training has a place of its own among the random numbers.
          position: this.run.earlier + this.run.words,
          order: ORDERS[mode],
          roundWords: this.roundWords,
        });
        const [sum = 0, steps = 0] = this.loss.data();
        if (!Number.isFinite(sum)) {
          throw new NonFiniteError(
            op,
            { loss: sum, learningRate: rate },
            "numbers grew too large",
            "a smaller learningRate",
          );
        }
        return { rate, loss: { sum, steps } };
      }),
    );
  }
}
