import * as tf from "@tensorflow/tfjs-core";
import type { RecurrenceGradientProblem, RecurrenceProblem } from "../layer-problems.ts";
import type { Contender } from "../work.ts";

const NAMES = ["x", "weightIh", "weightHh", "biasIh", "biasHh"] as const;
type Inputs = [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];

/** A recurrent layer step by step, on the backend that is set: its `basicLSTMCell`, and a GRU of its products. */
export function recurrence(problem: RecurrenceProblem): Contender {
  const inputs = inputsOf(problem);
  // What a program would keep in the cell's own layout.
  const kept = problem.kind === "lstm" ? tf.tidy(() => cellWeights(inputs)) : undefined;
  const output = (): tf.Tensor => (kept ? lstm(inputs[0], kept, problem) : gru(inputs, problem));
  return {
    run: () => tf.tidy(() => void output()),
    outputs: () => tf.tidy(() => ({ output: output().dataSync<"float32">() })),
    dispose: () => tf.dispose([...inputs, ...(kept ? [kept.kernel, kept.bias] : [])]),
  };
}

export function recurrenceGradient(problem: RecurrenceGradientProblem): Contender {
  const { kind, time, batch, hidden } = problem;
  const inputs = inputsOf(problem);
  const upstream = tf.tensor3d(problem.upstream, [time, batch, hidden]);
  const differentiate = tf.grads((...given: tf.Tensor[]) => {
    const all = given as Inputs;
    const output = kind === "lstm" ? lstm(all[0], cellWeights(all), problem) : gru(all, problem);
    return tf.sum(tf.mul(output, upstream));
  });
  const gradients = (): tf.Tensor[] => differentiate([...inputs]);
  return {
    run: () => tf.tidy(() => void gradients()),
    outputs: () =>
      tf.tidy(() => {
        const [x, weightIh, weightHh, ...biases] = gradients() as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        const inOurLayout = [x, tf.transpose(weightIh), tf.transpose(weightHh), ...biases];
        return Object.fromEntries(inOurLayout.map((each, i) => [NAMES[i], each.dataSync<"float32">()]));
      }),
    dispose: () => tf.dispose([...inputs, upstream]),
  };
}

/** Weights as (inputs, gates · hidden), its layers' own layout: products with what is transposed are slow. */
function inputsOf({ time, batch, features, hidden, ...given }: RecurrenceProblem): Inputs {
  const rows = given.biasIh.length;
  return [
    tf.tensor3d(given.x, [time, batch, features]),
    tf.tidy(() => tf.transpose(tf.tensor2d(given.weightIh, [rows, features]))),
    tf.tidy(() => tf.transpose(tf.tensor2d(given.weightHh, [rows, hidden]))),
    tf.tensor1d(given.biasIh),
    tf.tensor1d(given.biasHh),
  ];
}

// A type, not an interface: tfjs takes only types for its trees of tensors.
type CellWeights = {
  /** (features + hidden, 4 · hidden), gates i, g, f, o */
  readonly kernel: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
};

function cellWeights([, weightIh, weightHh, biasIh, biasHh]: Inputs): CellWeights {
  const inOrder = <T extends tf.Tensor>(gates: T): T => {
    const [i, f, g, o] = tf.split(gates, 4, -1) as [T, T, T, T];
    return tf.concat([i, g, f, o], -1);
  };
  return { kernel: inOrder(tf.concat([weightIh, weightHh], 0)), bias: inOrder(tf.add(biasIh, biasHh)) };
}

function lstm(
  x: tf.Tensor3D,
  { kernel, bias }: CellWeights,
  { time, batch, features, hidden }: RecurrenceProblem,
): tf.Tensor {
  const forgetBias = tf.scalar(0);
  let [c, h] = [tf.zeros<tf.Rank.R2>([batch, hidden]), tf.zeros<tf.Rank.R2>([batch, hidden])];
  const outputs = stepsOf(x, time).map((step) => {
    [c, h] = tf.basicLSTMCell(forgetBias, kernel, bias, tf.reshape(step, [batch, features]), c, h);
    return h;
  });
  return tf.stack(outputs);
}

/** r is applied after the state's product. */
function gru(inputs: Inputs, { time, batch, features, hidden }: RecurrenceProblem): tf.Tensor {
  const [x, weightIh, weightHh, biasIh, biasHh] = inputs;
  const rows = 3 * hidden;
  const ofInputs = tf.add(tf.matMul(tf.reshape(x, [time * batch, features]), weightIh), biasIh);
  let h: tf.Tensor = tf.zeros([batch, hidden]);
  const outputs = stepsOf(tf.reshape(ofInputs, [time, batch, rows]), time).map((step) => {
    const a = tf.split(tf.reshape(step, [batch, rows]), 3, 1) as Three;
    const b = tf.split(tf.add(tf.matMul(h, weightHh), biasHh), 3, 1) as Three;
    const r = tf.sigmoid(tf.add(a[0], b[0]));
    const z = tf.sigmoid(tf.add(a[1], b[1]));
    const n = tf.tanh(tf.add(a[2], tf.mul(r, b[2])));
    h = tf.add(n, tf.mul(z, tf.sub(h, n)));
    return h;
  });
  return tf.stack(outputs);
}

type Three = [tf.Tensor, tf.Tensor, tf.Tensor];

function stepsOf(x: tf.Tensor, time: number): readonly tf.Tensor[] {
  return tf.split(x, time, 0);
}
