import { blockUntilReady, jit, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import type { Contender, NamedArray } from "../work.ts";

export type Arrays = np.Array[];

/**
 * A training step as jax-js would have it written: loss, gradients and Adam (Kingma & Ba 2015, algorithm 1) in one `jit`. Its
 * functions consume their arguments; `.ref` keeps one.
 * @param lossOf of weights, inputs and what is to come out
 * @param gradientsBy a function that gives them, compiled beside the step; or the step's own averages, whose first is a tenth of
 * the gradient, where a second compilation would take too long
 */
export function adamStep(
  lossOf: (weights: Arrays, x: np.Array, target: np.Array) => np.Array,
  parameters: readonly NamedArray[],
  x: np.Array,
  target: np.Array,
  { gradientsBy = "function" }: { readonly gradientsBy?: "function" | "averages" } = {},
): Contender {
  const differentiate = valueAndGrad(lossOf);

  const step = jit(
    ({ weights, means, squares }: State, rate: np.Array, correction: np.Array, inputs: np.Array, wanted: np.Array) => {
      const [loss, gradients] = differentiate(keep(weights), inputs, wanted);
      const updates = gradients.map((gradient, i) => {
        const mean = element(means, i).mul(0.9).add(gradient.ref.mul(0.1));
        const square = element(squares, i).mul(0.999).add(np.square(gradient).mul(0.001));
        const deviation = np.sqrt(square.ref.mul(correction.ref)).add(1e-8);
        return { mean: mean.ref, square, weight: element(weights, i).sub(mean.mul(rate.ref).div(deviation)) };
      });
      tree.dispose([rate, correction]);
      return {
        loss,
        weights: updates.map(({ weight }) => weight),
        means: updates.map(({ mean }) => mean),
        squares: updates.map(({ square }) => square),
      };
    },
  );
  const forwardAndBackward = jit(differentiate);
  const forward = jit(lossOf);

  let state: State = {
    weights: parameters.map(({ values, shape }) => np.array(values).reshape([...shape])),
    means: parameters.map(({ shape }) => np.zeros([...shape])),
    squares: parameters.map(({ shape }) => np.zeros([...shape])),
  };
  let time = 0;
  function advance(): np.Array {
    time += 1;
    const rate = np.array(0.001 / (1 - 0.9 ** time));
    const correction = np.array(1 / (1 - 0.999 ** time));
    const { loss, ...next } = step(state, rate, correction, x.ref, target.ref);
    state = next;
    return loss;
  }

  return {
    async run() {
      const loss = advance();
      await blockUntilReady([loss, ...state.weights]);
      loss.dispose();
    },
    outputs() {
      if (gradientsBy === "averages") {
        const loss = advance();
        const gradients = state.means.flatMap((mean) => [...mean.ref.dataSync()].map((value) => value * 10));
        return { loss: loss.dataSync(), gradients };
      }
      const [loss, gradients] = forwardAndBackward(keep(state.weights), x.ref, target.ref);
      advance().dispose();
      return {
        loss: loss.dataSync(),
        gradients: gradients.flatMap((gradient) => [...gradient.dataSync()]),
        nextLoss: forward(keep(state.weights), x.ref, target.ref).dataSync(),
      };
    },
    dispose() {
      tree.dispose([x, target, state]);
      for (const compiled of [step, forwardAndBackward, forward]) compiled.dispose();
    },
  };
}

// A type, not an interface: jax-js takes only types for its trees of arrays.
type State = { weights: Arrays; means: Arrays; squares: Arrays };

function keep(arrays: Arrays): Arrays {
  return arrays.map((array) => array.ref);
}

function element(arrays: Arrays, i: number): np.Array {
  const array = arrays[i];
  if (array === undefined) throw new RangeError(`there is no array ${i} of ${arrays.length}`);
  return array;
}
