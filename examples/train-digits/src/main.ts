import { fashionMnist, mnist, subset } from "@unfoldjs/datasets";
import { LossRecord, OutputFolder } from "@unfoldjs/example-kit";
import {
  accuracy,
  Adam,
  batches,
  checkpointing,
  ConfusionMatrix,
  crossEntropy,
  fit,
  linearDecay,
  manualSeed,
  progress,
} from "@unfoldjs/nn";
import { scope, softmax } from "@unfoldjs/tensor-core";
import { layers, LeNet5 } from "@unfoldjs/vision-layers";
import { type Mistake, mistakesIn } from "./mistakes.ts";
import { type Options, runWith } from "./options.ts";
import { drawResults, nextSteps, resultFiles } from "./results.ts";

const CHECKPOINT = "training.safetensors";

await runWith(train);

/** Trains LeNet-5 on labelled pictures, tests it on others, and writes what came of it. */
async function train(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const resume = options.resume === true ? await folder.read(CHECKPOINT) : undefined;
  const load = options.data === "mnist" ? mnist : fashionMnist;
  const all = await load({ split: "train", from: options.from });
  const pictures = subset(all, 0, Math.min(options.limit, all.length));
  const unseen = await load({ split: "test", from: options.from });

  const generator = manualSeed(options.seed); // draws the first weights, then the order of the pictures
  const model = new LeNet5();
  const shuffled = batches(pictures, 64, { shuffle: generator });
  const record = new LossRecord();
  const { history, seconds } = await fit(model, shuffled, {
    epochs: options.epochs,
    forward: ({ images }) => model.forward(images), // (batch, 10)
    loss: (logits, { labels }) => crossEntropy(logits, labels),
    metrics: { accuracy: (logits, { labels }) => accuracy(logits, labels) },
    optimizer: new Adam(model.parameters(), { learningRate: 0.002 }),
    schedule: linearDecay({ steps: options.epochs * shuffled.length }),
    callbacks: [progress({ unit: "images" }), checkpointing(folder.file(CHECKPOINT), { layers }), record],
    ...(resume !== undefined && { resume }),
  });
  const training = { losses: record.losses, seconds, images: history.reduce((sum, { examples }) => sum + examples, 0) };

  model.eval();
  const confusion = new ConfusionMatrix(unseen.classes);
  const mistakes: Mistake[] = [];
  for (const batch of batches(unseen, 500)) {
    scope(() => {
      const logits = model.forward(batch.images);
      confusion.add(logits, batch.labels);
      mistakes.push(...mistakesIn(softmax(logits, 1), batch));
    });
  }

  console.log(drawResults(unseen, confusion, mistakes, training));
  await folder.write(resultFiles(model, confusion.accuracy, training, options));
  console.log(nextSteps(options));
}
