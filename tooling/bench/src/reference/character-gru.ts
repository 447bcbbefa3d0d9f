import type { CharacterGruProblem, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";
import { dense, type Layer } from "./layers.ts";
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
    let h: Float64Array = new Float64Array(width);
    for (const [t, character] of characters.entries()) {
      const cell = gruCell(dense(weightIh, biasIh), dense(weightHh, biasHh));
      const head = dense(headWeight, headBias);
      h = cell.forward(table.value.slice(character * width, (character + 1) * width), h);
      const { loss: one, gradient } = crossEntropy(head.forward(h), at(next, t), characters.length);
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

interface Cell {
  forward(x: Float64Array, h: Float64Array): Float64Array;
  backward(dh: Float64Array): { readonly dx: Float64Array; readonly dState: Float64Array };
}

/** One step of a GRU as PyTorch has it: r, z, n, and r after the product. */
function gruCell(ofInput: Layer, ofState: Layer): Cell {
  let saved: { r: Float64Array; z: Float64Array; n: Float64Array; h: Float64Array; stateSum: Float64Array } | undefined;
  return {
    forward(x, h) {
      const [a, b] = [ofInput.forward(x), ofState.forward(h)];
      const width = h.length;
      const sum = (i: number): number => at(a, i) + at(b, i);
      const r = h.map((_, i) => sigmoid(sum(i)));
      const z = h.map((_, i) => sigmoid(sum(width + i)));
      const stateSum = b.slice(2 * width);
      const n = h.map((_, i) => Math.tanh(at(a, 2 * width + i) + at(r, i) * at(stateSum, i)));
      saved = { r, z, n, h, stateSum };
      return h.map((value, i) => (1 - at(z, i)) * at(n, i) + at(z, i) * value);
    },
    backward(dh) {
      if (saved === undefined) throw new Error("backward before forward");
      const { r, z, n, h, stateSum } = saved;
      const dn = dh.map((d, i) => d * (1 - at(z, i)) * (1 - at(n, i) ** 2));
      const dz = dh.map((d, i) => d * (at(h, i) - at(n, i)) * at(z, i) * (1 - at(z, i)));
      const dr = dn.map((d, i) => d * at(stateSum, i) * at(r, i) * (1 - at(r, i)));
      const dx = ofInput.backward(Float64Array.from([...dr, ...dz, ...dn]));
      const ofProduct = ofState.backward(Float64Array.from([...dr, ...dz, ...dn.map((d, i) => d * at(r, i))]));
      return { dx, dState: ofProduct.map((value, i) => value + at(dh, i) * at(z, i)) };
    },
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
