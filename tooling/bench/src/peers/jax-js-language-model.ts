import { nn, numpy as np, tree } from "@jax-js/jax";
import type { Contender, LanguageModelProblem } from "../work.ts";
import { adamStep, type Arrays } from "./jax-js-step.ts";

/**
 * A language model's step in one `jit`, unrolled over time: this version of jax-js has no `lax.scan`. What of the inputs' products
 * does not wait for the step before is one product over all steps. The embedding is a product with one-hot rows, of which it has
 * the gradient.
 */
export function languageModelStep(problem: LanguageModelProblem): Contender {
  const { cell, layers, width, vocabulary, time, batch } = problem;
  const advance = cell === "lstm" ? lstm : gru;
  const lossOf = (weights: Arrays, x: np.Array, target: np.Array): np.Array => {
    const [table, ...rest] = weights as [np.Array, ...Arrays];
    const [headWeight, headBias] = rest.splice(-2) as [np.Array, np.Array];
    let features = np.matmul(x, table); // (time · batch, width)
    for (let layer = 0; layer < layers; layer++) {
      const [weightIh, weightHh, biasIh, biasHh] = rest.slice(4 * layer, 4 * layer + 4) as Four;
      const gates = biasIh.shape[0] ?? 0;
      const all = np.matmul(features, weightIh.transpose()).add(biasIh).reshape([time, batch, gates]);
      const recurrent = weightHh.transpose();
      let state: Arrays = Array.from({ length: cell === "lstm" ? 2 : 1 }, () => np.zeros([batch, width]));
      const outputs: Arrays = [];
      for (let t = 0; t < time; t++) {
        const ofState = np.matmul((state[0] as np.Array).ref, recurrent.ref).add(biasHh.ref);
        state = advance(all.ref.slice(t), ofState, state, width);
        outputs.push((state[0] as np.Array).ref);
      }
      tree.dispose([state, all, recurrent, biasHh]);
      features = np.stack(outputs).reshape([time * batch, width]);
    }
    const logits = np.matmul(features, headWeight.transpose()).add(headBias);
    return nn
      .logSoftmax(logits)
      .mul(target)
      .sum()
      .mul(-1 / (time * batch));
  };
  const oneHot = (tokens: Int32Array): np.Array => nn.oneHot(np.array(tokens), vocabulary);
  return adamStep(lossOf, problem.parameters, oneHot(problem.tokens), oneHot(problem.next));
}

type Four = [np.Array, np.Array, np.Array, np.Array];

/** As PyTorch has it: i, f, g, o. */
function lstm(ofInput: np.Array, ofState: np.Array, [h, c]: Arrays, width: number): Arrays {
  h?.dispose();
  const sums = ofInput.add(ofState);
  const gate = (at: number): np.Array => sums.ref.slice([], [at * width, (at + 1) * width]);
  const [i, f, g, o] = [nn.sigmoid(gate(0)), nn.sigmoid(gate(1)), np.tanh(gate(2)), nn.sigmoid(gate(3))];
  sums.dispose();
  const next = f.mul(c as np.Array).add(i.mul(g));
  return [o.mul(np.tanh(next.ref)), next];
}

/** As PyTorch has it: r, z, n, and r after the product. */
function gru(ofInput: np.Array, ofState: np.Array, [h]: Arrays, width: number): Arrays {
  const part = (of: np.Array, at: number): np.Array => of.ref.slice([], [at * width, (at + 1) * width]);
  const r = nn.sigmoid(part(ofInput, 0).add(part(ofState, 0)));
  const z = nn.sigmoid(part(ofInput, 1).add(part(ofState, 1)));
  const n = np.tanh(part(ofInput, 2).add(r.mul(part(ofState, 2))));
  tree.dispose([ofInput, ofState]);
  return [n.ref.add(z.mul((h as np.Array).sub(n)))];
}
