import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tensor } from "@tensorflow/tfjs-core";
import { processOf } from "../cold-start/process.ts";
import type { Peer } from "../work.ts";
import { shapesOf } from "./matmul-shapes.ts";
import { registerGradients } from "./tfjs-gradients.ts";
import { versionOf } from "./version.ts";

type Triple = [Tensor, Tensor, Tensor];

/**
 * TensorFlow.js on its WebAssembly backend. One thread: its threads do not start in Node. That of a convolution's
 * filters and some other gradients have no kernel here.
 */
export const tfjsWasm: Peer = {
  name: "tfjs-wasm",
  version: versionOf("@tensorflow/tfjs-backend-wasm"),
  canShare: false,
  async load() {
    const tf = await import("@tensorflow/tfjs-core");
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const folder = dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm/package.json")));
    setWasmPaths(join(folder, "dist") + sep);
    await tf.setBackend("wasm");
    await tf.ready();
    if (tf.getBackend() !== "wasm") throw new Error("the wasm backend did not start");
    await registerGradients();

    return {
      matmul(problem) {
        const { leftTransposed, rightTransposed } = problem;
        const shapes = shapesOf(problem);
        const a = tf.tensor(problem.left, [...shapes.left]);
        const b = tf.tensor(problem.right, [...shapes.right]);
        const multiply = (): Tensor => tf.matMul(a, b, leftTransposed, rightTransposed);
        return {
          run: () => multiply().dispose(),
          outputs: () => tf.tidy(() => ({ product: multiply().dataSync<"float32">() })),
          dispose: () => tf.dispose([a, b]),
        };
      },

      attention({ batch, heads, length, size, ...values }) {
        const shape: [number, number, number] = [batch * heads, length, size];
        const [q, k, v] = [values.query, values.key, values.value].map((each) => tf.tensor3d(each, shape)) as Triple;
        const attend = (): Tensor => {
          const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size));
          return tf.matMul(tf.softmax(scores), v);
        };
        return {
          run: () => tf.tidy(() => void attend()),
          outputs: () => tf.tidy(() => ({ output: attend().dataSync<"float32">() })),
          dispose: () => tf.dispose([q, k, v]),
        };
      },

      async recurrence(problem) {
        const { recurrence } = await import("./tfjs-recurrence.ts");
        return recurrence(problem);
      },

      async recurrenceGradient(problem) {
        const { recurrenceGradient } = await import("./tfjs-recurrence.ts");
        return recurrenceGradient(problem);
      },

      async normGradient(problem) {
        const { normGradient } = await import("./tfjs-norms.ts");
        return normGradient(problem);
      },

      convolution({ batch, channels, size, filters, kernel, padding, groups, images, weight }) {
        // Its layout: channels last; filters (rows, columns, in, out), and (rows, columns, channel, 1) if depthwise.
        const depthwise = groups > 1;
        const x = tf.tidy(() => tf.transpose(tf.tensor4d(images, [batch, channels, size, size]), [0, 2, 3, 1]));
        const w = tf.tidy(() => {
          const rows = tf.tensor4d(weight, [filters, channels / groups, kernel, kernel]);
          return tf.transpose(rows, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]);
        });
        const convolve = (): ReturnType<typeof tf.conv2d> =>
          depthwise ? tf.depthwiseConv2d(x, w, 1, padding) : tf.conv2d(x, w, 1, padding);
        return {
          run: () => convolve().dispose(),
          outputs: () => tf.tidy(() => ({ maps: tf.transpose(convolve(), [0, 3, 1, 2]).dataSync<"float32">() })),
          dispose: () => tf.dispose([x, w]),
        };
      },

      async network(problem) {
        const { network } = await import("./tfjs-network.ts");
        return network(tf, problem);
      },

      elementwise({ function: name, rows, columns, ...values }) {
        const x = tf.tensor2d(values.x, [rows, columns]);
        const y = tf.tensor2d(values.y, [rows, columns]);
        const functions = {
          relu: () => tf.relu(x),
          add: () => tf.add(x, y),
          exp: () => tf.exp(x),
          tanh: () => tf.tanh(x),
          softmax: () => tf.softmax(x),
          sum: () => tf.sum(x),
        };
        const call: () => Tensor = functions[name];
        return {
          run: () => tf.tidy(() => void call()),
          outputs: () => tf.tidy(() => ({ result: call().dataSync<"float32">() })),
          dispose: () => tf.dispose([x, y]),
        };
      },

      async languageModelStep(problem) {
        const { languageModelStep } = await import("./tfjs-language-model.ts");
        return languageModelStep(tf, problem);
      },

      add({ left, right, memory }) {
        const a = tf.tensor1d(left);
        const b = tf.tensor1d(right);
        return {
          run: memory === "dispose" ? () => tf.add(a, b).dispose() : () => tf.tidy(() => void tf.add(a, b)),
          outputs: () => tf.tidy(() => ({ sum: tf.add(a, b).dataSync<"float32">() })),
          dispose: () => tf.dispose([a, b]),
        };
      },

      coldStart: (problem) => processOf("tfjs-wasm", problem),
    };
  },
};
