import { batches, fashionMnist, mnist, subset } from "@unfoldjs/datasets";
import { Adam, backward, crossEntropy, linearDecay, manualSeed } from "@unfoldjs/nn";
import { scope, softmax } from "@unfoldjs/tensor-core";
import { LeNet5 } from "@unfoldjs/vision-layers";
import { judge } from "./judgement.ts";
import { type Options, runCommand } from "./options.ts";
import { OutputFolder } from "./output-folder.ts";
import { Progress } from "./progress.ts";
import { drawResults, nextSteps, resultFiles } from "./results.ts";

const BATCH = 64;

await runCommand(train);

/** Trains LeNet-5 on labelled pictures, tests it on others, and writes what came of it. */
async function train(options: Options): Promise<void> {
  const folder = await OutputFolder.open(options.out);
  const load = options.data === "mnist" ? mnist : fashionMnist;
  const all = await load({ split: "train" });
  const pictures = subset(all, 0, Math.min(options.limit, all.size));
  const unseen = await load({ split: "test" });

  const generator = manualSeed(options.seed);
  const model = new LeNet5();
  const optimizer = new Adam(model.parameters(), { learningRate: 0.002 });
  const stepsPerEpoch = batches(pictures, BATCH).length;
  const schedule = linearDecay({ steps: options.epochs * stepsPerEpoch });

  const progress = new Progress({ epochs: options.epochs, stepsPerEpoch });
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    for (const { images, labels } of batches(pictures, BATCH, { shuffle: generator })) {
      optimizer.learningRateFactor = schedule(progress.steps);
      let correct = 0;
      const loss = backward(model, () => {
        const scores = model.forward(images); // (batch, 10)
        correct = scores.argmax(1).equal(labels).sum().item();
        return crossEntropy(scores, labels);
      });
      optimizer.step();
      progress.step({ loss, correct, images: labels.size });
    }
  }

  model.eval();
  const probabilities: number[] = []; // (size, 10), row-major
  for (const { images } of batches(unseen, 500)) {
    probabilities.push(...scope(() => softmax(model.forward(images), 1).data()));
  }
  const judgement = judge(unseen, probabilities);

  console.log(drawResults(unseen, judgement, progress));
  await folder.write(resultFiles(model, judgement, progress, options));
  console.log(nextSteps(options));
}
