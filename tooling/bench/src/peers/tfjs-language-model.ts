import type * as tfjs from "@tensorflow/tfjs-core";
import type { Rank, Tensor, Tensor1D, Tensor2D, Variable } from "@tensorflow/tfjs-core";
import type { Contender, LanguageModelProblem } from "../work.ts";

type Tfjs = typeof tfjs;

/**
 * A language model's step in the ops of tfjs-core. The embedding is a product with one-hot rows: of a gather the WebAssembly backend
 * has no gradient. What of the inputs' products does not wait for the step before is one product over all steps.
 */
export function languageModelStep(tf: Tfjs, problem: LanguageModelProblem): Contender {
  const { cell, layers, width, vocabulary, time, batch } = problem;
  const variables = problem.parameters.map(({ values, shape }) =>
    tf.tidy(() => tf.variable<Rank>(tf.tensor(values, [...shape]))),
  );
  const oneHot = (tokens: Int32Array): Tensor2D =>
    tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(tokens, "int32"), vocabulary), "float32") as Tensor2D);
  const [x, target] = [oneHot(problem.tokens), oneHot(problem.next)];
  const optimizer = tf.train.adam(0.001, 0.9, 0.999, 1e-8);
  const advance = cell === "lstm" ? lstm : gru;

  const loss = (): Tensor => {
    const [table, ...rest] = variables as [Variable, ...Variable[]];
    const [headWeight, headBias] = rest.splice(-2) as [Variable, Variable];
    let features: Tensor2D = tf.matMul(x, table);
    for (let layer = 0; layer < layers; layer++) {
      const [weightIh, weightHh, biasIh, biasHh] = rest.slice(4 * layer, 4 * layer + 4) as Tensor[] as Four;
      const all = tf.split(tf.add<Tensor2D>(tf.matMul(features, weightIh as Tensor2D, false, true), biasIh), time);
      let state: Tensor2D[] = Array.from({ length: cell === "lstm" ? 2 : 1 }, () => tf.zeros([batch, width]));
      const outputs = all.map((ofInput) => {
        const ofState = tf.add<Tensor2D>(tf.matMul(state[0] as Tensor2D, weightHh, false, true), biasHh);
        state = advance(tf, ofInput as Tensor2D, ofState, state);
        return state[0] as Tensor2D;
      });
      features = tf.concat2d(outputs, 0);
    }
    const logits = tf.add<Tensor2D>(tf.matMul(features, headWeight, false, true), headBias);
    return tf.losses.softmaxCrossEntropy(target, logits);
  };
  const scalar = loss as () => ReturnType<Tfjs["scalar"]>;

  return {
    run: () => void optimizer.minimize(scalar, false, variables),
    outputs: () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(scalar, variables);
        const gradients = variables.flatMap(({ name }) => [...((grads[name] as Tensor1D).dataSync<"float32">() ?? [])]);
        const first = value.dataSync<"float32">();
        optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
        return { loss: first, gradients, nextLoss: loss().dataSync<"float32">() };
      }),
    dispose() {
      tf.dispose([...variables, x, target]);
      optimizer.dispose();
    },
  };
}

/** As PyTorch has it: i, f, g, o. */
function lstm(tf: Tfjs, ofInput: Tensor2D, ofState: Tensor2D, [, c]: readonly Tensor2D[]): Tensor2D[] {
  const [i, f, g, o] = tf.split(tf.add<Tensor2D>(ofInput, ofState), 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  const kept = tf.mul<Tensor2D>(tf.sigmoid(f), c as Tensor2D);
  const next = tf.add<Tensor2D>(kept, tf.mul(tf.sigmoid(i), tf.tanh(g)));
  return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
}

/** As PyTorch has it: r, z, n, and r after the product. */
function gru(tf: Tfjs, ofInput: Tensor2D, ofState: Tensor2D, [h]: readonly Tensor2D[]): Tensor2D[] {
  const [[xr, xz, xn], [hr, hz, hn]] = [ofInput, ofState].map((of) => tf.split(of, 3, 1)) as [Three, Three];
  const z = tf.sigmoid(tf.add<Tensor2D>(xz, hz));
  const n = tf.tanh(tf.add<Tensor2D>(xn, tf.mul(tf.sigmoid(tf.add<Tensor2D>(xr, hr)), hn)));
  return [tf.add(n, tf.mul(z, tf.sub<Tensor2D>(h as Tensor2D, n)))];
}

type Four = [Tensor, Tensor, Tensor, Tensor];
type Three = [Tensor2D, Tensor2D, Tensor2D];
