import type { CharacterGruProblem, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";
import { dense, type Layer } from "./layers.ts";
import { type Cell, gruCell } from "./single-cells.ts";
import { crossEntropy, inDoubles, stepOf } from "./training-step.ts";

/** Loss and gradients of a language model of characters over one text, and the loss after one step of Adam. */
export function characterGruStep({ characters, next, parameters: arrays }: CharacterGruProblem): Outputs {
  const parameters = inDoubles(arrays);
  const [table, weightIh, weightHh, biasIh, biasHh, headWeight, headBias] = parameters;
  if (!table || !weightIh || !weightHh || !biasIh || !biasHh || !headWeight || !headBias) {
    throw new RangeError("character gru: 7 parameters");
  }
  const width = biasIh.value.length / 3;
  return stepOf(parameters, () => {
    const steps: { readonly cell: Cell; readonly head: Layer; readonly dLogits: Float64Array }[] = [];
    let loss = 0;
    let state: Float64Array = new Float64Array(width);
    for (const [t, character] of characters.entries()) {
      const cell = gruCell(dense(weightIh, biasIh), dense(weightHh, biasHh));
      const head = dense(headWeight, headBias);
      state = cell.forward(table.value.slice(character * width, (character + 1) * width), state);
      const { loss: one, gradient } = crossEntropy(head.forward(state), at(next, t), characters.length);
      loss += one;
      steps.push({ cell, head, dLogits: gradient });
    }
    let dh: Float64Array = new Float64Array(width);
    for (const [back, { cell, head, dLogits }] of steps.toReversed().entries()) {
      const ofHead = head.backward(dLogits);
      const { dx, dState } = cell.backward(dh.map((value, i) => value + at(ofHead, i)));
      const character = at(characters, characters.length - 1 - back);
      dx.forEach((value, i) => increase(table.gradient, character * width + i, value));
      dh = dState;
    }
    return loss;
  });
}
