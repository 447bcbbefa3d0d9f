import { valueAndGrad } from "@unfoldjs/autograd";
import { fromArray, gru, lstm, scope, type Tensor } from "@unfoldjs/tensor-core";
import type { RecurrenceGradientProblem, RecurrenceProblem } from "../layer-problems.ts";
import type { Contender } from "../work.ts";

/** A recurrent layer over the whole batch in one call. */
export function recurrence(problem: RecurrenceProblem): Contender {
  const inputs = inputsOf(problem);
  const output = (): Tensor => run(problem.kind, inputs);
  return {
    run: () => scope(() => void output()),
    outputs: () => scope(() => ({ output: output().data() })),
    dispose: () => Object.values(inputs).forEach((each) => each.dispose()),
  };
}

export function recurrenceGradient(problem: RecurrenceGradientProblem): Contender {
  const { kind, time, batch, hidden } = problem;
  const inputs = inputsOf(problem);
  const upstream = fromArray(problem.upstream, [time, batch, hidden]);
  const differentiate = valueAndGrad((given: Inputs) => run(kind, given).mul(upstream).sum());
  return {
    run: () => scope(() => void differentiate(inputs)),
    outputs: () =>
      scope(() => {
        const { gradient } = differentiate(inputs);
        return Object.fromEntries(Object.entries(gradient).map(([name, each]) => [name, each.data()]));
      }),
    dispose: () => [...Object.values(inputs), upstream].forEach((each) => each.dispose()),
  };
}

// A type, not an interface: autograd takes only types for its trees of tensors.
type Inputs = Record<"x" | "weightIh" | "weightHh" | "biasIh" | "biasHh", Tensor>;

function run(kind: RecurrenceProblem["kind"], { x, ...weights }: Inputs): Tensor {
  return (kind === "lstm" ? lstm(x, weights) : gru(x, weights)).output;
}

function inputsOf({ time, batch, features, hidden, ...given }: RecurrenceProblem): Inputs {
  const rows = given.biasIh.length;
  return {
    x: fromArray(given.x, [time, batch, features]),
    weightIh: fromArray(given.weightIh, [rows, features]),
    weightHh: fromArray(given.weightHh, [rows, hidden]),
    biasIh: fromArray(given.biasIh, [rows]),
    biasHh: fromArray(given.biasHh, [rows]),
  };
}
