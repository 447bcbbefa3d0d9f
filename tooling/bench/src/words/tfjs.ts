import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { registerGradients } from "../peers/tfjs-gradients.ts";

const [FEATURES, NEGATIVES, SECONDS] = [100, 5, 5];

/**
 * Skip-gram by negative sampling as one writes it with TensorFlow.js, no JavaScript library having it: batches of pairs, whose
 * rows are gathered from two tables, and its own SGD. Its plain backend, since the WebAssembly one lacks the gradient of a
 * look-up. Pairs and draws are made beforehand and not counted, which favours it; it makes a sum of many pairs' steps at once,
 * where word2vec makes one after the other.
 * @param words of the vocabulary @param batch pairs of a step
 * @returns pairs for a second of the processor, and the loss of the first step for a pair: 6 log 2 at tables near 0
 */
export async function pairsByTfjs(
  words: number,
  batch: number,
): Promise<{ readonly pairsPerSecond: number; readonly firstLoss: number }> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-cpu");
  await registerGradients();
  await tf.setBackend("cpu");
  const known = tf.variable(tf.randomUniform([words, FEATURES], -0.5 / FEATURES, 0.5 / FEATURES, "float32", 1));
  const telling = tf.variable(tf.zeros([words, FEATURES]));
  const drawn = (shape: number[], seed: number): Tensor => tf.randomUniform(shape, 0, words, "int32", seed);
  const [centres, told] = [drawn([batch], 2), drawn([batch, 1 + NEGATIVES], 3)];
  const signs = tf.tensor2d([1, ...new Array<number>(NEGATIVES).fill(-1)], [1, 1 + NEGATIVES]);
  const optimizer = tf.train.sgd(0.025);
  const loss = (): Scalar => {
    const dots = tf.sum(tf.mul(tf.expandDims(tf.gather(known, centres), 1), tf.gather(telling, told)), 2);
    return tf.sum(tf.softplus(tf.mul(dots, tf.sub(0, signs))));
  };
  const step = (): number =>
    tf.tidy(() => optimizer.minimize(loss, true, [known, telling])?.dataSync()[0] ?? Number.NaN);
  const firstLoss = step() / batch;
  const [before, began] = [process.cpuUsage(), performance.now()];
  let steps = 0;
  while (performance.now() - began < 1000 * SECONDS) {
    step();
    steps++;
  }
  const { user, system } = process.cpuUsage(before);
  tf.dispose([known, telling, centres, told, signs]);
  return { pairsPerSecond: (1e6 * steps * batch) / (user + system), firstLoss };
}
