import { lax, nn, numpy as np } from "@jax-js/jax";
import type { Contender, LeNetProblem } from "../work.ts";
import { adamStep, type Arrays } from "./jax-js-step.ts";

/** LeNet's step as jax-js would have it written. */
export function lenetStep({ batch, images, labels, parameters }: LeNetProblem): Contender {
  const convolve = (x: np.Array, weight: np.Array, bias: np.Array, padding: number): np.Array => {
    const border: [number, number] = [padding, padding];
    return lax.conv(x, weight, [1, 1], [border, border]).add(bias.reshape([1, -1, 1, 1]));
  };
  const pool = (x: np.Array): np.Array => lax.reduceWindow(x, (window) => np.max(window), [2, 2], [2, 2]);
  const dense = (x: np.Array, weight: np.Array, bias: np.Array): np.Array => np.matmul(x, weight.transpose()).add(bias);
  const lossOf = (weights: Arrays, x: np.Array, target: np.Array): np.Array => {
    const [w1, b1, w2, b2, w3, b3, w4, b4, w5, b5] = weights as [...Five, ...Five];
    const features = pool(nn.relu(convolve(pool(nn.relu(convolve(x, w1, b1, 2))), w2, b2, 0)));
    const hidden = nn.relu(dense(features.reshape([batch, 400]), w3, b3));
    const logits = dense(nn.relu(dense(hidden, w4, b4)), w5, b5);
    return nn
      .logSoftmax(logits)
      .mul(target)
      .sum()
      .mul(-1 / batch);
  };
  const x = np.array(images).reshape([batch, 1, 28, 28]);
  return adamStep(lossOf, parameters, x, nn.oneHot(np.array(labels), 10));
}

type Five = [np.Array, np.Array, np.Array, np.Array, np.Array];
