import { accuracyLines, KeptPoints, OutputFolder } from "@unfoldjs/example-kit";
import { runtime } from "@unfoldjs/tensor-core";
import { type Options, runWith } from "./options.ts";
import { linesOf, paysFrom, type Point, rowsOf, sayingOf, tableOf } from "./report.ts";
import { loadReviews, shuffled, wordsOf } from "./reviews.ts";
import { learnt, WAYS } from "./task.ts";
import { startOf } from "./vectors.ts";

/** Passes over the labels, at most: it mostly ends before. */
const [PASSES, QUICK_PASSES] = [60, 6];

await runWith(study);

/** The notes' three steps: vectors from a large text, moved to a task with few labels, and fine-tuned or not. */
async function study(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const { seed: first, seeds, amounts, corpus, epochs, test, vectors: file } = options;
  // What a point follows from, beside its own.
  const mostPasses = options.quick === true ? QUICK_PASSES : PASSES;
  const settings = { seed: first, corpus, epochs, test, mostPasses, vectors: file ?? "learnt" };
  const points = await KeptPoints.open<Point>("transfer-embeddings", folder, settings, options.resume === true);
  await points.save();

  const reviews = loadReviews();
  const [unseen, others] = [reviews.slice(0, test), reviews.slice(test)];
  console.error(`${reviews.length} different reviews, ${test} of them to test with: nothing is learnt from those`);
  const { vectors, told } = await startOf(folder, others.slice(0, corpus), options);

  const labelled = (review: (typeof reviews)[number]) => ({ words: wordsOf(review), isGood: review.isGood });
  const tests = unseen.map(labelled);
  const all = seeds * amounts.length * WAYS.length;
  const began = performance.now();
  let [done, trained] = [0, 0];
  for (let seed = first; seed < first + seeds; seed++) {
    const pool = shuffled(others, seed).slice(0, amounts.at(-1)).map(labelled);
    for (const amount of amounts) {
      const learning = pool.slice(0, amount); // the same for all ways
      for (const way of WAYS) {
        done++;
        if (points.all.some((point) => point.seed === seed && point.amount === amount && point.way === way)) continue;
        const outcome = learnt(vectors, way, learning, tests, seed, { mostPasses });
        const words = learning.reduce((sum, review) => sum + review.words.length, 0);
        await points.add({ seed, amount, words, way, ...outcome });
        const left = ((performance.now() - began) / 1000 / ++trained) * (all - done);
        console.error(
          `${done}/${all}  repetition ${seed - first + 1}/${seeds}  ${amount} labels  ${way.padEnd(10)} ` +
            `${(100 * outcome.accuracy).toFixed(1)} %  ${outcome.passes} passes  ${outcome.seconds.toFixed(1)} s  ` +
            `${Math.ceil(left / 60)} min left`,
        );
      }
    }
  }
  vectors.dispose();

  const own = points.all.filter(({ seed, amount }) => seed < first + seeds && amounts.includes(amount));
  const rows = rowsOf(own);
  const text = `${tableOf(rows)}\n\n${sayingOf(rows)}`;
  console.log(`Accuracy on ${test} reviews, in %, ± half a 95 % interval over ${seeds} repetitions:\n\n${text}`);
  const metrics = {
    ...settings,
    seeds,
    amounts,
    threads: runtime.info().threads,
    vectorsTold: told,
    paysFrom: paysFrom(rows) ?? null,
    rows,
    points: own,
  };
  await folder.write({
    "accuracy.svg": accuracyLines(
      "Is a film review good? Word vectors moved to it",
      "reviews with a label",
      linesOf(rows),
    ),
    "table.md": `${text}\n`,
    "metrics.json": `${JSON.stringify(metrics, null, 2)}\n`,
  });
  console.log(
    `\nWritten to ${options.out}: accuracy.svg, table.md, metrics.json with every point, and for --resume points.json and the vectors`,
  );
}
