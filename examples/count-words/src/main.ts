import { availableParallelism } from "node:os";
import { join } from "node:path";
import { GloVe, type WordVectors } from "@unfoldjs/embeddings";
import { type CorpusCounts, countCorpus, planCount } from "@unfoldjs/embeddings/corpus";
import { OutputFolder } from "@unfoldjs/example-kit";
import { documents } from "./documents.ts";
import { type Options, runWith } from "./options.ts";
import { large, planLine, ProgressLine, size } from "./report.ts";
import { serversFor } from "./servers.ts";

/** Words whose neighbours are shown, of those that are there. */
const SHOWN = ["good", "terrible", "actor", "king", "music", "three", "london", "water"];
/** Words of the corpus that is planned for. */
const LARGE = 1e11;

await runWith(countWords);

/** Counts a corpus, trains GloVe on the counts, and tells what a hundred billion words would take. */
async function countWords(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const counts = await counted(options, folder);
  const { vocabulary, words, length, seconds, bytes } = counts;
  console.log(
    `${large(words)} words, ${large(vocabulary.size)} of them different and frequent enough; ${large(length)} pairs in ${size(bytes)} of Parquet`,
  );

  const model = new GloVe(vocabulary, { vectorSize: options.vectorSize, seed: options.seed, xMax: 10 });
  const began = performance.now();
  let told = 0;
  const tell = (): void => {
    for (; told < model.losses.length; told++)
      console.log(`GloVe epoch ${told + 1} of ${options.epochs}: loss ${model.losses[told]?.toFixed(4)}`);
  };
  await model.train(counts, { epochs: options.epochs, onProgress: tell });
  tell();
  const trainSeconds = (performance.now() - began) / 1000;
  const vectors = model.vectors();
  model.dispose();
  const neighbours = neighboursOf(vectors);
  for (const [word, near] of Object.entries(neighbours)) console.log(`  ${word.padEnd(10)} ${near.join(", ")}`);
  vectors.dispose();

  const measuredCores = options.threads ?? availableParallelism();
  const plan = planCount({ words: LARGE, measured: counts, measuredCores });
  console.log(planLine(LARGE, plan, options.quick === true));
  const { seed, engine } = options;
  const metrics = {
    seed,
    engine,
    documents: counts.documents,
    words,
    vocabulary: vocabulary.size,
    pairs: length,
    partRows: counts.partRows,
    bytes,
    seconds: { ...seconds, train: trainSeconds },
    losses: model.losses,
    neighbours,
    plan,
  };
  await folder.write({ "metrics.json": `${JSON.stringify(metrics, undefined, 1)}\n` });
  console.log(`Wrote metrics.json to ${folder.path}; the counts are in ${counts.folder}`);
}

async function counted(options: Options, folder: OutputFolder): Promise<CorpusCounts> {
  const { engine, text, window, minCount, partWords, threads } = options;
  const name = [engine, ...(text === undefined ? [] : ["text"]), options.documents, window, minCount, partWords].join(
    "-",
  );
  const servers = await serversFor(options);
  const line = new ProgressLine();
  try {
    return await countCorpus({
      documents: () => documents(text, options.documents),
      words: { lowerCase: true },
      folder: join(folder.path, name),
      engine,
      window,
      minCount,
      partWords,
      ...(text === undefined ? { totalDocuments: Math.min(options.documents, 50_000) } : {}),
      ...(engine !== "clickhouse" && threads !== undefined ? { threads } : {}),
      ...servers.options,
      onProgress: line.show,
    });
  } finally {
    line.end();
    await servers.stop();
  }
}

function neighboursOf(vectors: WordVectors): Readonly<Record<string, readonly string[]>> {
  const shown = SHOWN.filter((word) => vectors.has(word));
  return Object.fromEntries(
    shown.map((word) => [word, vectors.mostSimilar(word, [], { count: 6 }).map((each) => each.word)]),
  );
}
