import { fashionMnist, mnist, subset } from "@unfoldjs/datasets";
import {
  accuracy,
  Adam,
  backward,
  batches,
  ConfusionMatrix,
  crossEntropy,
  linearDecay,
  manualSeed,
} from "@unfoldjs/nn";
import { scope, softmax } from "@unfoldjs/tensor-core";
import { LeNet5 } from "@unfoldjs/vision-layers";
import { type Mistake, mistakesIn } from "./mistakes.ts";
import { type Options, runCommand } from "./options.ts";
import { OutputFolder } from "./output-folder.ts";
import { Progress } from "./progress.ts";
import { drawResults, nextSteps, resultFiles } from "./results.ts";

await runCommand(train);

/** Trains LeNet-5 on labelled pictures, tests it on others, and writes what came of it. */
async function train(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const load = options.data === "mnist" ? mnist : fashionMnist;
  const all = await load({ split: "train", from: options.from });
  const pictures = subset(all, 0, Math.min(options.limit, all.length));
  const unseen = await load({ split: "test", from: options.from });

  const generator = manualSeed(options.seed); // draws the first weights, then the order of the pictures
  const model = new LeNet5();
  const optimizer = new Adam(model.parameters(), { learningRate: 0.002 });
  const shuffled = batches(pictures, 64, { shuffle: generator });
  const schedule = linearDecay({ steps: options.epochs * shuffled.length });

  const progress = new Progress({ epochs: options.epochs, stepsPerEpoch: shuffled.length });
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    for (const { images, labels } of shuffled) {
      let recognised = 0;
      const loss = backward(model, () => {
        const logits = model.forward(images); // (batch, 10)
        recognised = accuracy(logits, labels);
        return crossEntropy(logits, labels);
      });
      optimizer.learningRateFactor = schedule(progress.steps);
      optimizer.step();
      progress.step({ loss, accuracy: recognised, images: labels.size });
    }
  }

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

  console.log(drawResults(unseen, confusion, mistakes, progress));
  await folder.write(resultFiles(model, confusion.accuracy, progress, options));
  console.log(nextSteps(options));
}
