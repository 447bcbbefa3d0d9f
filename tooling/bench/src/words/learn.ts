import { FastText, Word2Vec, type Word2VecOptions } from "@unfoldjs/embeddings";

/** Of what vectors are learnt, and how: as by_gensim.py knows them. */
export const KINDS = ["skip-gram", "bags", "n-grams"] as const;
export type Kind = (typeof KINDS)[number];

export const MODES = ["deterministic", "sequential", "hogwild"] as const;
export type Mode = (typeof MODES)[number];

/** What a training came to. */
export interface Learnt {
  /** Words for a second of the processor, all threads together. */
  readonly wordsPerSecond: number;
  /** The ten nearest of words 100 to 400 in the order of their counts. */
  readonly near: Readonly<Record<string, readonly string[]>>;
  readonly loss: number;
}

export async function learnWords(
  sentences: readonly string[][],
  kind: Kind,
  mode: Mode,
  { epochs, seed = 1 }: { readonly epochs: number; readonly seed?: number },
): Promise<Learnt> {
  const options: Word2VecOptions = { architecture: kind === "bags" ? "cbow" : "skip-gram", mode, seed };
  using model =
    kind === "n-grams"
      ? await FastText.from(sentences, options, { minCount: 5 })
      : await Word2Vec.from(sentences, options, { minCount: 5 });
  const before = process.cpuUsage();
  await model.train(sentences, { epochs });
  const { user, system } = process.cpuUsage(before);
  using vectors = model.vectors();
  const near = Object.fromEntries(
    vectors.words
      .slice(100, 400)
      .map((word) => [word, vectors.mostSimilar(word, [], { count: 10 }).map((other) => other.word)]),
  );
  const wordsPerSecond = (1e6 * epochs * model.vocabulary.total) / (user + system);
  return { wordsPerSecond, near, loss: model.losses.at(-1) ?? NaN };
}

/** Which share of the ten nearest two trainings have in common, over the words that both tell of. */
export function shared(a: Learnt["near"], b: Learnt["near"]): number {
  const both = Object.keys(a).filter((word) => b[word] !== undefined);
  const same = both.map((word) => a[word]?.filter((other) => b[word]?.includes(other)).length ?? 0);
  return same.reduce((sum, count) => sum + count, 0) / (10 * both.length);
}
