import type { LanguageModelProblem, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";
import { dense, type Layer } from "./layers.ts";
import { type Cell, gruCell, lstmCell } from "./single-cells.ts";
import { crossEntropy, inDoubles, stepOf } from "./training-step.ts";

/** Loss and gradients of a language model over a batch of sequences, and the loss after one step of Adam. */
export function languageModelStep(problem: LanguageModelProblem): Outputs {
  const { cell: kind, layers, width, time, batch, tokens, next } = problem;
  const parameters = inDoubles(problem.parameters);
  const [table, headWeight, headBias] = [parameters[0], parameters.at(-2), parameters.at(-1)];
  if (!table || !headWeight || !headBias || parameters.length !== 3 + 4 * layers) {
    throw new RangeError(`a language model of ${layers} layers has ${3 + 4 * layers} parameters`);
  }
  const makeCell = kind === "lstm" ? lstmCell : gruCell;
  const cellOf = (layer: number): Cell => {
    const [weightIh, weightHh, biasIh, biasHh] = parameters.slice(1 + 4 * layer) as [Given, Given, Given, Given];
    return makeCell(dense(weightIh, biasIh), dense(weightHh, biasHh));
  };
  const size = kind === "lstm" ? 2 * width : width;
  const none = (): Float64Array[] => Array.from({ length: layers }, () => new Float64Array(size));

  /** One sequence of the batch: adds to the gradients. */
  const sequence = (n: number): number => {
    const steps: { readonly cells: readonly Cell[]; readonly head: Layer; readonly dLogits: Float64Array }[] = [];
    let loss = 0;
    let states = none();
    for (let t = 0; t < time; t++) {
      const cells = states.map((_, layer) => cellOf(layer));
      const token = at(tokens, t * batch + n);
      let x: Float64Array = table.value.slice(token * width, (token + 1) * width);
      states = cells.map((cell, layer) => {
        const state = cell.forward(x, states[layer] as Float64Array);
        x = state.slice(0, width);
        return state;
      });
      const head = dense(headWeight, headBias);
      const { loss: one, gradient } = crossEntropy(head.forward(x), at(next, t * batch + n), time * batch);
      loss += one;
      steps.push({ cells, head, dLogits: gradient });
    }
    const dStates = none();
    for (const [back, { cells, head, dLogits }] of steps.toReversed().entries()) {
      let dh = head.backward(dLogits);
      for (let layer = layers - 1; layer >= 0; layer--) {
        const dState = (dStates[layer] as Float64Array).map((value, k) => value + (k < width ? at(dh, k) : 0));
        const { dx, dState: before } = (cells[layer] as Cell).backward(dState);
        dStates[layer] = before;
        dh = dx;
      }
      const token = at(tokens, (time - 1 - back) * batch + n);
      dh.forEach((value, k) => increase(table.gradient, token * width + k, value));
    }
    return loss;
  };

  return stepOf(parameters, () =>
    Array.from({ length: batch }, (_, n) => sequence(n)).reduce((sum, one) => sum + one, 0),
  );
}

type Given = ReturnType<typeof inDoubles>[number];
