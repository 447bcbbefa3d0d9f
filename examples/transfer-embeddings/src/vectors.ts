import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { loadVectors, saveVectors, Word2Vec, type WordVectors } from "@unfoldjs/embeddings";
import type { OutputFolder } from "@unfoldjs/example-kit";
import type { Options } from "./options.ts";
import { type Review, sentencesOf } from "./reviews.ts";

/** Where vectors come from, and what learning them took. */
export interface Start {
  readonly vectors: WordVectors;
  readonly told: Readonly<Record<string, unknown>>;
}

const [WHOLE, BEGUN, TOLD] = ["vectors.safetensors", "word2vec.safetensors", "vectors.json"];
const BETWEEN_CHECKPOINTS = 60_000;
const is = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The vectors of the first two steps: a large text that is learnt from, or a file that others learnt. */
export async function startOf(folder: OutputFolder, corpus: readonly Review[], options: Options): Promise<Start> {
  const { vectors: given, resume } = options;
  if (given !== undefined) {
    const vectors = await loadVectors(given);
    console.error(`${vectors.length} vectors of ${vectors.size} from ${given}`);
    return { vectors, told: { from: given, words: vectors.length, size: vectors.size } };
  }
  if (resume === true && (await is(folder.file(WHOLE)))) {
    const told = JSON.parse(readFileSync(folder.file(TOLD), "utf8")) as Record<string, unknown>;
    return { vectors: await loadVectors(folder.file(WHOLE)), told };
  }
  return learnt(folder, corpus, options);
}

async function learnt(folder: OutputFolder, corpus: readonly Review[], options: Options): Promise<Start> {
  const { epochs, seed, resume } = options;
  const sentences = corpus.flatMap(sentencesOf);
  const isBegun = resume === true && (await is(folder.file(BEGUN)));
  using model = isBegun
    ? Word2Vec.resume(readFileSync(folder.file(BEGUN)))
    : await Word2Vec.from(sentences, { architecture: "skip-gram", vectorSize: 100, seed }, { minCount: 5 });
  const { size, total } = model.vocabulary;
  console.error(`${total} words of ${corpus.length} reviews, ${size} of them different${isBegun ? ", going on" : ""}`);
  const began = performance.now();
  const cpu = process.cpuUsage();
  let [said, saved, learned] = [-Infinity, performance.now(), 0];
  await model.train(sentences, {
    ...(isBegun ? {} : { epochs }),
    onProgress: ({ epoch, words, totalWords, wordsPerSecond, secondsLeft, loss }) => {
      const now = performance.now();
      learned = words;
      if (now - saved > BETWEEN_CHECKPOINTS) {
        saved = now;
        void folder.write({ [BEGUN]: model.checkpoint() });
      }
      if (now - said < 2000 && words < totalWords) return;
      said = now;
      console.error(
        `vectors: pass ${epoch + 1}/${epochs}  ${((100 * words) / totalWords).toFixed(0)} %  loss ${(Number.isNaN(loss) ? (model.losses.at(-1) ?? loss) : loss).toFixed(3)}  ` +
          `${(wordsPerSecond / 1000).toFixed(0)},000 words/s  ${Math.ceil(secondsLeft)} s left`,
      );
    },
  });
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const vectors = model.vectors();
  const told = {
    reviews: corpus.length,
    corpusWords: total,
    words: size,
    size: vectors.size,
    epochs,
    losses: model.losses,
    seconds,
    // Of what this run learned: one that goes on has less to do.
    wordsPerSecond: isBegun ? undefined : learned / seconds,
    processorSeconds: (user + system) / 1e6,
    neighbours: Object.fromEntries(
      ["good", "terrible", "actor", "horror"]
        .filter((word) => vectors.has(word))
        .map((word) => [word, vectors.mostSimilar(word, [], { count: 5 }).map((near) => near.word)]),
    ),
  };
  await saveVectors(vectors, folder.file(WHOLE));
  await folder.write({ [TOLD]: `${JSON.stringify(told, null, 1)}\n` });
  return { vectors, told };
}
