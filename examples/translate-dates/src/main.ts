import { LossRecord, OutputFolder } from "@unfoldjs/example-kit";
import { Adam, batches, checkpointing, fit, linearDecay, manualSeed, padded, progress, stacked } from "@unfoldjs/nn";
import { AttentionSeq2Seq, layers, sequenceCrossEntropy } from "@unfoldjs/sequence-layers";
import { Generator } from "@unfoldjs/tensor-core";
import { drawExample, FOREIGN, HELD_OUT_DAYS, LEARNED_DAYS, SEEN, UNSEEN } from "./dates/data.ts";
import { Draws } from "./dates/draws.ts";
import type { Format } from "./dates/format.ts";
import { CHARACTER_COUNT, numbersOf, TOKEN_COUNT, tokensOf } from "./dates/vocabulary.ts";
import { type Options, runWith } from "./options.ts";
import { attentionCost } from "./report/attention-cost.ts";
import { drawResults, nextSteps, resultFiles } from "./report/results.ts";
import { judge } from "./translate/judge.ts";
import { stepInputs } from "./translate/translate.ts";

const CHECKPOINT = "training.safetensors";

await runWith(translateDates);

/** Trains a model with attention to write dates of many languages as ISO 8601, and tells how well it does. */
async function translateDates(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const resume = options.resume === true ? await folder.read(CHECKPOINT) : undefined;

  const generator = manualSeed(options.seed); // draws the first weights, then the order of the dates
  const draws = new Draws(new Generator(options.seed + 1));
  const learned = Array.from({ length: options.dates }, () => {
    const { text, iso } = drawExample(LEARNED_DAYS, SEEN, draws);
    return { source: numbersOf(text), target: tokensOf(iso) };
  });
  const model = new AttentionSeq2Seq(CHARACTER_COUNT, TOKEN_COUNT, options.hidden, {
    embeddingSize: 32,
    initialState: "encoder",
  });
  const optimizer = new Adam(model.parameters(), { learningRate: 4e-3 });
  const shuffled = batches(learned, 64, {
    shuffle: generator,
    bucketBy: ({ source }) => source.length,
    collate: { source: padded({ dtype: "i32", value: 0 }), target: stacked("i32") },
  });

  const record = new LossRecord();
  const { seconds } = await fit(model, shuffled, {
    epochs: options.epochs,
    forward: ({ source: { values, lengths }, target }) => model.forward(values, stepInputs(target), { lengths }).logits,
    loss: (logits, { target }) => sequenceCrossEntropy(logits, target),
    optimizer,
    schedule: linearDecay({ steps: options.epochs * shuffled.length }),
    clipNorm: 1,
    callbacks: [progress({ unit: "dates" }), checkpointing(folder.file(CHECKPOINT), { layers }), record],
    ...(resume !== undefined && { resume }),
  });

  model.eval();
  const unseenDates = new Draws(new Generator(options.seed + 2));
  const held = (formats: readonly Format[], count: number): ReturnType<typeof drawExample>[] =>
    Array.from({ length: count }, () => drawExample(HELD_OUT_DAYS, formats, unseenDates));
  const judged = {
    seen: await judge(model, held(SEEN, options.judged)),
    unseenFormats: await judge(model, held(UNSEEN, options.judged)),
    otherLanguages: await judge(model, held(FOREIGN, options.judged)),
  };
  const cost = attentionCost(model);
  console.log(drawResults(judged, cost, seconds));
  await folder.write(resultFiles(model, { judged, cost, losses: record.losses, seconds }, options));
  console.log(nextSteps(options));
}
