import {
  assertWhole,
  fromArray,
  inCall,
  type OptionChecks,
  scope,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import type { Sentences } from "../text/sentences.ts";
import { buildVocabulary, type Vocabulary } from "../text/vocabulary.ts";
import { subwordBuckets } from "../subwords/hash.ts";
import { Subwords } from "../subwords/subwords.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import { CHECKS, DEFAULTS, NAMES, type Settings, settingsOf, type Word2VecOptions } from "./options.ts";
import { modelOf, readCheckpoint } from "./checkpoint.ts";
import { Word2Vec, type WordRows } from "./word2vec.ts";

/** How words are taken apart, beside all of Word2Vec. */
export interface FastTextOptions extends Word2VecOptions {
  /** The shortest n-grams, in characters. Default 3. */
  readonly minLength?: number;
  /** The longest; below `minLength` there are none. Default 6. */
  readonly maxLength?: number;
  /** Rows that n-grams share, by their hash. Default 200,000; fastText's own 2,000,000 are 800 MB for vectors of 100. */
  readonly buckets?: number;
}

type FastTextSettings = Settings & Required<FastTextOptions>;

const FAST_DEFAULTS: FastTextSettings = { ...DEFAULTS, minLength: 3, maxLength: 6, buckets: 200_000 };

const whole = (op: string, name: string, value: unknown): void => assertWhole(op, name, value);
const FAST_CHECKS: OptionChecks<FastTextOptions> = { ...CHECKS, minLength: whole, maxLength: whole, buckets: whole };

/**
 * Word vectors by fastText (Bojanowski et al. 2017): a word is the mean of its own row and those of its character n-grams, so that
 * words which were never seen have vectors too. N-grams have Facebook's hash and order; all else is `Word2Vec`'s.
 *
 * @example
 * using model = await FastText.from(sentences, { buckets: 50_000 });
 * await model.train(sentences);
 * using vectors = model.vectors();
 * vectors.vector("unfoldable"); // though nobody wrote it
 */
export class FastText extends Word2Vec {
  static override readonly name: string = "FastText";

  /** @throws ValueError on options that make no sense */
  constructor(vocabulary: Vocabulary, options: FastTextOptions = {}) {
    super(vocabulary, options);
  }

  static override async from(
    sentences: Sentences,
    options: FastTextOptions = {},
    vocabulary: Parameters<typeof Vocabulary.build>[1] = {},
  ): Promise<FastText> {
    return new FastText(await buildVocabulary("FastText.from", sentences, vocabulary), options);
  }

  static override resume(bytes: Uint8Array): FastText {
    const saved = readCheckpoint("FastText.resume", "FastText", bytes);
    const fit = { names: [...NAMES, "minLength", "maxLength", "buckets"], table: "input" };
    const model = modelOf("FastText.resume", saved, fit, () => new FastText(saved.vocabulary, saved.settings));
    model.take("FastText.resume", saved);
    return model;
  }

  /** The vectors as they are now, with those of n-grams for words that were never seen: a copy. */
  override vectors(): WordVectors {
    const { vocabulary, input } = this;
    const { minLength, maxLength, vectorSize } = this.settings as FastTextSettings;
    const { starts, rows: own } = this.rows();
    return inCall("FastText.vectors", () =>
      scope(() => {
        const means = new Float32Array(vocabulary.size * vectorSize);
        input.borrow((view) => {
          for (let word = 0; word < vocabulary.size; word++) {
            const [from, to] = [starts[word] ?? 0, starts[word + 1] ?? 0];
            for (let column = 0; column < vectorSize; column++) {
              let sum = 0;
              for (let at = from; at < to; at++) sum += view[(own[at] ?? 0) * vectorSize + column] ?? 0;
              means[word * vectorSize + column] = sum / (to - from);
            }
          }
        });
        const grams: Tensor = input.slice(0 as never, vocabulary.size, input.shape[0] ?? 0);
        const subwords = new Subwords(grams.clone(), { minLength, maxLength });
        try {
          const rows = fromArray(means, [vocabulary.size, vectorSize]) as Tensor;
          return new WordVectors(vocabulary.words, rows, { counts: this.counts(), subwords });
        } finally {
          subwords.dispose(); // the vectors hold them, too
        }
      }),
    );
  }

  protected override checked(op: string, options: FastTextOptions): FastTextSettings {
    const settings = settingsOf(op, options, FAST_DEFAULTS, FAST_CHECKS);
    const { minLength, maxLength, buckets } = settings;
    if (maxLength >= minLength && buckets === 0 && maxLength > 0) {
      throw new ValueError(
        op,
        { minLength, maxLength, buckets },
        "n-grams need a bucket",
        "maxLength: 0 has no n-grams",
      );
    }
    return settings;
  }

  protected override rows(): WordRows {
    const { size, words } = this.vocabulary;
    const { minLength, maxLength, buckets } = this.settings as FastTextSettings;
    const lists = words.map((word, row) => [
      row,
      ...subwordBuckets(word, { minLength, maxLength, buckets }).map((bucket) => size + bucket),
    ]);
    const starts = new Int32Array(size + 1);
    lists.forEach((list, word) => (starts[word + 1] = (starts[word] ?? 0) + list.length));
    return { count: size + buckets, starts, rows: Int32Array.from(lists.flat()) };
  }

  /** A skip-gram's word is always the mean of its rows; bags as their option says. */
  protected override get isMean(): boolean {
    return this.settings.architecture === "skip-gram" || this.settings.cbowMean;
  }
}
