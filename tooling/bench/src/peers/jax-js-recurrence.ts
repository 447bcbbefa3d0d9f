import { blockUntilReady, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import type { RecurrenceGradientProblem, RecurrenceProblem } from "../layer-problems.ts";
import type { Contender } from "../work.ts";

/**
 * A recurrent layer in one `jit`. jax-js has no `scan`, so the steps are written out one after the other; the input's
 * part of all of them is one product before. Its functions consume their arguments; `.ref` keeps one.
 */
export function recurrence(problem: RecurrenceProblem): Contender {
  const inputs = inputsOf(problem);
  const compiled = jit((given: Inputs) => outputOf(given, problem));
  return {
    async run() {
      const output = compiled(keep(inputs));
      await blockUntilReady([output]);
      output.dispose();
    },
    outputs: () => ({ output: compiled(keep(inputs)).dataSync() }),
    dispose() {
      tree.dispose(inputs);
      compiled.dispose();
    },
  };
}

export function recurrenceGradient(problem: RecurrenceGradientProblem): Contender {
  const { time, batch, hidden } = problem;
  const inputs = inputsOf(problem);
  const upstream = np.array(problem.upstream).reshape([time, batch, hidden]);
  const differentiate = valueAndGrad((given: Inputs, dy: np.Array) => outputOf(given, problem).mul(dy).sum());
  const compiled = jit((given: Inputs, dy: np.Array) => {
    const [loss, gradients] = differentiate(given, dy);
    return { ...gradients, loss };
  });
  return {
    async run() {
      const results = compiled(keep(inputs), upstream.ref);
      await blockUntilReady(Object.values(results));
      tree.dispose(results);
    },
    outputs() {
      const { loss, ...gradients } = compiled(keep(inputs), upstream.ref);
      loss.dispose();
      return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, gradient.dataSync()]));
    },
    dispose() {
      tree.dispose([inputs, upstream]);
      compiled.dispose();
    },
  };
}

// A type, not an interface: jax-js takes only types for its trees of arrays.
type Inputs = Record<"x" | "weightIh" | "weightHh" | "biasIh" | "biasHh", np.Array>;

function inputsOf({ time, batch, features, hidden, ...given }: RecurrenceProblem): Inputs {
  const rows = given.biasIh.length;
  return {
    x: np.array(given.x).reshape([time, batch, features]),
    weightIh: np.array(given.weightIh).reshape([rows, features]),
    weightHh: np.array(given.weightHh).reshape([rows, hidden]),
    biasIh: np.array(given.biasIh),
    biasHh: np.array(given.biasHh),
  };
}

function outputOf(inputs: Inputs, { kind, time, batch, features, hidden }: RecurrenceProblem): np.Array {
  const { x, weightIh, weightHh, biasIh, biasHh } = inputs;
  const rows = biasIh.shape[0] ?? 0;
  const ofInputs = np
    .matmul(x.reshape([time * batch, features]), weightIh.transpose())
    .add(biasIh)
    .reshape([time, batch, rows]);
  const turned = weightHh.transpose();
  const steps = np.split(ofInputs, time, 0).map((each) => each.reshape([batch, rows]));
  const outputs: np.Array[] = [];
  let h = np.zeros([batch, hidden]);
  let c = np.zeros([batch, hidden]);
  for (const ofInput of steps) {
    const ofState = np.matmul(h.ref, turned.ref).add(biasHh.ref);
    if (kind === "lstm") {
      h.dispose();
      const [i, f, g, o] = np.split(ofInput.add(ofState), 4, 1) as Four;
      c = nn
        .sigmoid(f)
        .mul(c)
        .add(nn.sigmoid(i).mul(np.tanh(g)));
      h = nn.sigmoid(o).mul(np.tanh(c.ref));
    } else {
      const [a, b] = [np.split(ofInput, 3, 1) as Three, np.split(ofState, 3, 1) as Three];
      const r = nn.sigmoid(a[0].add(b[0]));
      const z = nn.sigmoid(a[1].add(b[1]));
      const n = np.tanh(a[2].add(r.mul(b[2])));
      h = n.ref.add(z.mul(h.sub(n)));
    }
    outputs.push(h.ref);
  }
  tree.dispose([h, c, turned, biasHh]);
  return np.stack(outputs, 0);
}

type Three = [np.Array, np.Array, np.Array];
type Four = [np.Array, np.Array, np.Array, np.Array];

function keep(inputs: Inputs): Inputs {
  return tree.ref(inputs);
}
