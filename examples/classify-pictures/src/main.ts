import { fashionMnist, type ImageBatch, mnist, subset } from "@unfoldjs/datasets";
import { LossRecord, lossCurveToSvg, OutputFolder } from "@unfoldjs/example-kit";
import {
  accuracy,
  AdamW,
  batches,
  checkpointing,
  crossEntropy,
  encodeModel,
  evaluate,
  fit,
  manualSeed,
  oneCycle,
  progress,
  type Task,
} from "@unfoldjs/nn";
import { runtime, type Tensor } from "@unfoldjs/tensor-core";
import { layers } from "@unfoldjs/vision-layers";
import { type Options, runWith } from "./options.ts";
import { pictureNetwork } from "./picture-network.ts";

const CHECKPOINT = "training.safetensors";

await runWith(train);

/** Trains the network on labelled pictures, tests it once on others, and writes what came of it. */
async function train({ data, from, seed, epochs, limit, out, resume }: Options): Promise<void> {
  const folder = await OutputFolder.open(out);
  const checkpoint = resume === true ? await folder.read(CHECKPOINT) : undefined;
  const load = data === "mnist" ? mnist : fashionMnist;
  const all = await load({ split: "train", from });
  const pictures = subset(all, 0, Math.min(limit, all.length));
  const unseen = await load({ split: "test", from });

  const generator = manualSeed(seed); // draws the first weights, then the order of the pictures
  const model = pictureNetwork(all.channels, all.classes.length);
  const shuffled = batches(pictures, 64, { shuffle: generator });
  const task: Task<ImageBatch, Tensor> = {
    forward: ({ images }) => model.forward(images), // (batch, classes)
    loss: (logits, { labels }) => crossEntropy(logits, labels),
    metrics: { accuracy: (logits, { labels }) => accuracy(logits, labels) },
  };
  const record = new LossRecord();
  const { seconds } = await fit(model, shuffled, {
    epochs,
    optimizer: new AdamW(model.parameters(), { learningRate: 0.01, weightDecay: 0.01 }),
    schedule: oneCycle({ steps: epochs * shuffled.length }), // up to the rate and down again (Smith and Topin 2018)
    callbacks: [progress({ unit: "images" }), checkpointing(folder.file(CHECKPOINT), { layers }), record],
    ...task,
    ...(checkpoint !== undefined && { resume: checkpoint }),
  });
  const tested = await evaluate(model, batches(unseen, 500), task);

  const metrics = {
    data,
    epochs,
    seed,
    threads: runtime.info().threads, // those that share the work by now
    testAccuracy: tested.metrics["accuracy"],
    trainSeconds: seconds,
    parameters: model.parameterCount,
    finalLoss: record.losses.at(-1),
  };
  await folder.write({
    "model.safetensors": encodeModel(model, { layers }),
    "loss-curve.svg": lossCurveToSvg(record.losses, epochs, `Loss on ${data}, seed ${seed}`),
    "metrics.json": `${JSON.stringify(metrics, undefined, 2)}\n`,
  });
  console.log(`
Test accuracy ${(100 * (metrics.testAccuracy ?? NaN)).toFixed(2)} % on ${unseen.length.toLocaleString("en")} pictures it had never seen.
Trained ${model.parameterCount.toLocaleString("en")} parameters in ${seconds.toFixed(1)} s.

Written to ${out}: model.safetensors, loss-curve.svg, metrics.json, and training.safetensors for --resume`);
}
