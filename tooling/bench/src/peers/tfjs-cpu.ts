import type { Tensor, Tensor4D, Variable } from "@tensorflow/tfjs-core";
import type { Contender, LeNetProblem, Peer } from "../work.ts";
import { registerGradients } from "./tfjs-gradients.ts";
import { networkStepInWorker } from "./in-worker.ts";
import { versionOf } from "./version.ts";

/**
 * TensorFlow.js on its plain JavaScript backend, the one of its two for CPUs that can train a convolution. Only at the
 * training step: at everything else its WebAssembly backend is what one would take.
 */
export const tfjsCpu: Peer = {
  name: "tfjs-cpu",
  version: versionOf("@tensorflow/tfjs-backend-cpu"),
  canShare: false,
  async load() {
    const tf = await import("@tensorflow/tfjs-core");
    await import("@tensorflow/tfjs-backend-cpu");
    await registerGradients();

    function lenetStep({ batch, images, labels, parameters }: LeNetProblem): Contender {
      // One engine serves both backends, so the other one has its place back afterwards.
      const before = tf.getBackend();
      void tf.setBackend("cpu");
      const variables = parameters.map(({ values, shape }) =>
        tf.tidy(() => {
          const given = tf.tensor(values, [...shape]);
          // Its layout of filters: (rows, columns, in, out); of dense weights: (in, out).
          const order = { 4: [2, 3, 1, 0], 2: [1, 0] }[shape.length];
          return tf.variable(order === undefined ? given : tf.transpose(given, order));
        }),
      );
      const pixels = tf.tidy(() => tf.transpose(tf.tensor4d(images, [batch, 1, 28, 28]), [0, 2, 3, 1]));
      const target = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, "int32"), 10));
      const optimizer = tf.train.adam(0.001);

      const loss = (): Tensor => {
        const [w1, b1, w2, b2, w3, b3, w4, b4, w5, b5] = variables as [...Five, ...Five];
        const block = (x: Tensor4D, w: Tensor, b: Tensor, padding: "same" | "valid"): Tensor4D =>
          tf.maxPool(tf.relu(tf.add<Tensor4D>(tf.conv2d(x, w as Tensor4D, 1, padding), b)), 2, 2, "valid");
        const maps = block(block(pixels, w1, b1, "same"), w2, b2, "valid");
        // Flattened channels first, as the weight of the first dense layer has it.
        const features = tf.reshape(tf.transpose(maps, [0, 3, 1, 2]), [batch, 400]);
        const dense = (x: Tensor, w: Tensor, b: Tensor): Tensor => tf.add(tf.matMul(x, w), b);
        const logits = dense(tf.relu(dense(tf.relu(dense(features, w3, b3)), w4, b4)), w5, b5);
        return tf.losses.softmaxCrossEntropy(target, logits);
      };
      const value = (): Float32Array => tf.tidy(() => loss().dataSync<"float32">());

      return {
        run: () => void optimizer.minimize(loss as () => ReturnType<typeof tf.scalar>, false, variables),
        outputs: () =>
          tf.tidy(() => {
            const { value: at, grads } = tf.variableGrads(loss as () => ReturnType<typeof tf.scalar>, variables);
            const gradients = variables.flatMap(({ name, rank }) => {
              const order = { 4: [3, 2, 0, 1], 2: [1, 0] }[rank];
              const gradient = grads[name];
              if (gradient === undefined) throw new Error(`tfjs-cpu returned no gradient of ${name}`);
              return [...(order === undefined ? gradient : tf.transpose(gradient, order)).dataSync()];
            });
            const first = at.dataSync<"float32">();
            optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
            return { loss: first, gradients, nextLoss: value() };
          }),
        dispose() {
          tf.dispose([...variables, pixels, target]);
          optimizer.dispose();
          void tf.setBackend(before);
        },
      };
    }
    return {
      lenetStep,
      networkStep: (problem) => networkStepInWorker("tfjs-cpu", problem),
    };
  },
};

type Five = [Variable, Variable, Variable, Variable, Variable];
