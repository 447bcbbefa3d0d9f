import { at } from "./elements.ts";
import { cells, type Saved, type States } from "./recurrent-cells.ts";
import type { Layer } from "./layers.ts";

/** One step of a recurrent layer, of one sequence, with the two linear layers that make its gates' sums. */
export interface Cell {
  /** The next state: h, and of an LSTM the cells behind it. */
  forward(x: Float64Array, state: Float64Array): Float64Array;
  /** adds to the parameters' gradients; returns the gradients of the input and of the state before */
  backward(dState: Float64Array): { readonly dx: Float64Array; readonly dState: Float64Array };
}

/** One step of a GRU as PyTorch has it: r, z, n, and r after the product. */
export function gruCell(ofInput: Layer, ofState: Layer): Cell {
  return cellOver("gru", ofInput, ofState, (state) => ({ h: state, c: new Float64Array() }));
}

/** One step of an LSTM as PyTorch has it: i, f, g, o. Its state is h, and then c. */
export function lstmCell(ofInput: Layer, ofState: Layer): Cell {
  return cellOver("lstm", ofInput, ofState, (state) => ({
    h: state.subarray(0, state.length / 2),
    c: state.subarray(state.length / 2),
  }));
}

function cellOver(
  kind: keyof typeof cells,
  ofInput: Layer,
  ofState: Layer,
  partsOf: (state: Float64Array) => States,
): Cell {
  const cell = cells[kind];
  let saved: Saved | undefined;
  return {
    forward(x, state) {
      const before = partsOf(state);
      const sums = { ofInput: ofInput.forward(x), ofState: ofState.forward(before.h) };
      const next = cell.forward(sums, before, before.h.length);
      ({ saved } = next);
      return joined(next);
    },
    backward(dNext) {
      if (saved === undefined) throw new Error("backward before forward");
      const gradient = partsOf(dNext);
      const before = cell.backward(saved, gradient, gradient.h.length);
      const throughSums = ofState.backward(before.ofState);
      const h = before.h.map((value, i) => value + at(throughSums, i));
      return { dx: ofInput.backward(before.ofInput), dState: joined({ h, c: before.c }) };
    },
  };
}

function joined({ h, c }: States): Float64Array {
  return Float64Array.from([...h, ...c]);
}
