import { nn, numpy as np } from "@jax-js/jax";
import type { Contender, GptProblem } from "../work.ts";
import { adamStep, type Arrays } from "./jax-js-step.ts";

/** Weights and biases of one layer. */
const OF_LAYER = 12;

/**
 * A GPT's step as jax-js would have it written. Tokens are looked up by a product with their one-hot rows: the gradient of a
 * gather throws under `jit`.
 */
export function gptStep({ batch, time, heads, tokens, next, parameters }: GptProblem): Contender {
  const [vocabulary = 0, width = 0] = parameters[0]?.shape ?? [];
  const norm = (x: np.Array, weight: np.Array, bias: np.Array): np.Array => nn.standardize(x, -1).mul(weight).add(bias);
  const dense = (x: np.Array, weight: np.Array, bias: np.Array): np.Array => np.matmul(x, weight.transpose()).add(bias);
  const attend = (x: np.Array, weight: np.Array, bias: np.Array): np.Array => {
    const all = dense(x, weight, bias);
    const [q, k, v] = np.split(all, 3, 1).map((each) => each.reshape([batch, time, heads, width / heads])) as Three;
    return nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([batch * time, width]);
  };
  const lossOf = (weights: Arrays, given: np.Array, target: np.Array): np.Array => {
    const [table, positions, ...rest] = weights as [np.Array, np.Array, ...Arrays];
    let x = np
      .matmul(given, table.ref)
      .reshape([batch, time, width])
      .add(positions)
      .reshape([batch * time, width]);
    while (rest.length >= OF_LAYER) {
      const [wIn, bIn, wOut, bOut, w1, b1, w2, b2, n1, c1, n2, c2] = rest.splice(0, OF_LAYER) as [...Six, ...Six];
      x = x.ref.add(dense(attend(norm(x, n1, c1), wIn, bIn), wOut, bOut));
      x = x.ref.add(dense(nn.gelu(dense(norm(x, n2, c2), w1, b1), { approximate: false }), w2, b2));
    }
    const [weight, bias] = rest as [np.Array, np.Array];
    const logits = np.matmul(norm(x, weight, bias), table.transpose());
    return nn
      .logSoftmax(logits)
      .mul(target)
      .sum()
      .mul(-1 / (batch * time));
  };
  return adamStep(lossOf, parameters, nn.oneHot(np.array(tokens), vocabulary), nn.oneHot(np.array(next), vocabulary));
}

type Three = [np.Array, np.Array, np.Array];
type Six = [np.Array, np.Array, np.Array, np.Array, np.Array, np.Array];
