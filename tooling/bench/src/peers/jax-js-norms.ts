import { blockUntilReady, jit, nn, numpy as np, tree, vjp } from "@jax-js/jax";
import type { NormGradientProblem } from "../layer-problems.ts";
import type { Contender } from "../work.ts";

/** Value and gradients for an upstream gradient in one `jit`. Its functions consume their arguments; `.ref` keeps one. */
export function normGradient({ kind, shape, epsilon, ...given }: NormGradientProblem): Contender {
  const [axes, ofWeights] =
    kind === "layer"
      ? [[-1], [-1]]
      : [
          [0, 2, 3],
          [1, -1, 1, 1],
        ];
  const normalise = (x: np.Array, weight: np.Array, bias: np.Array): np.Array =>
    nn.standardize(x, axes, { epsilon }).mul(weight.reshape(ofWeights)).add(bias.reshape(ofWeights));
  const compiled = jit((x: np.Array, weight: np.Array, bias: np.Array, dy: np.Array) => {
    const [y, pull] = vjp(normalise, [x, weight, bias]);
    const [dx, dWeight, dBias] = pull(dy);
    pull.dispose();
    return { y, x: dx, weight: dWeight, bias: dBias };
  });
  const inputs: Inputs = [
    np.array(given.x).reshape([...shape]),
    np.array(given.weight),
    np.array(given.bias),
    np.array(given.upstream).reshape([...shape]),
  ];
  return {
    async run() {
      const results = compiled(...tree.ref(inputs));
      await blockUntilReady(results);
      tree.dispose(results);
    },
    outputs() {
      const { y, x, weight, bias } = compiled(...tree.ref(inputs));
      return { y: y.dataSync(), x: x.dataSync(), weight: weight.dataSync(), bias: bias.dataSync() };
    },
    dispose() {
      tree.dispose(inputs);
      compiled.dispose();
    },
  };
}

type Inputs = [np.Array, np.Array, np.Array, np.Array];
