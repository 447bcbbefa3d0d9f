import { at } from "./elements.ts";

// One step of a whole batch. Sums of the gates are (batch, gates · hidden), all else is (batch, hidden).

/** What a step's way back needs. */
export type Saved = Readonly<Record<string, Float64Array>>;

/** h and the cell, or their gradients. */
export interface States {
  readonly h: Float64Array;
  readonly c: Float64Array;
}

/** What a gate's unit adds up from the input and from the state, or the gradients of these two sums. */
export interface GateSums {
  readonly ofInput: Float64Array;
  readonly ofState: Float64Array;
}

interface Cell {
  readonly gates: number;
  forward(sums: GateSums, before: States, hidden: number): States & { readonly saved: Saved };
  /** @returns gradients of the sums, and of the states before, but for what reaches h through the sums */
  backward(saved: Saved, gradient: States, hidden: number): GateSums & States;
}

const lstm: Cell = {
  gates: 4,
  forward({ ofInput, ofState }, { c }, hidden) {
    const sums = ofInput.map((value, i) => value + at(ofState, i));
    const [i, f, o] = [0, 1, 3].map((gate) => gateOf(sums, gate, 4, hidden).map(sigmoid)) as Three;
    const g = gateOf(sums, 2, 4, hidden).map(Math.tanh);
    const next = c.map((value, k) => at(f, k) * value + at(i, k) * at(g, k));
    const squashed = next.map(Math.tanh);
    const h = o.map((value, k) => value * at(squashed, k));
    return { h, c: next, saved: { i, f, g, o, c, squashed } };
  },
  backward(saved, { h: dh, c: dc }, hidden) {
    const { i, f, g, o, c, squashed } = saved as Record<"i" | "f" | "g" | "o" | "c" | "squashed", Float64Array>;
    const dNext = dc.map((d, k) => d + at(dh, k) * at(o, k) * (1 - at(squashed, k) ** 2));
    const sums = besideEachOther(hidden, [
      dNext.map((d, k) => d * at(g, k) * sigmoidSlope(at(i, k))),
      dNext.map((d, k) => d * at(c, k) * sigmoidSlope(at(f, k))),
      dNext.map((d, k) => d * at(i, k) * (1 - at(g, k) ** 2)),
      dh.map((d, k) => d * at(squashed, k) * sigmoidSlope(at(o, k))),
    ]);
    return { ofInput: sums, ofState: sums, h: dh.map(() => 0), c: dNext.map((d, k) => d * at(f, k)) };
  },
};

/** r is applied after the state's product. */
const gru: Cell = {
  gates: 3,
  forward({ ofInput, ofState }, { h, c }, hidden) {
    const sums = ofInput.map((value, i) => value + at(ofState, i));
    const r = gateOf(sums, 0, 3, hidden).map(sigmoid);
    const z = gateOf(sums, 1, 3, hidden).map(sigmoid);
    const stateSum = gateOf(ofState, 2, 3, hidden);
    const n = gateOf(ofInput, 2, 3, hidden).map((value, k) => Math.tanh(value + at(r, k) * at(stateSum, k)));
    return { h: n.map((value, k) => value + at(z, k) * (at(h, k) - value)), c, saved: { r, z, n, h, stateSum } };
  },
  backward(saved, { h: dh, c }, hidden) {
    const { r, z, n, h, stateSum } = saved as Record<"r" | "z" | "n" | "h" | "stateSum", Float64Array>;
    const dn = dh.map((d, k) => d * (1 - at(z, k)) * (1 - at(n, k) ** 2));
    const dz = dh.map((d, k) => d * (at(h, k) - at(n, k)) * sigmoidSlope(at(z, k)));
    const dr = dn.map((d, k) => d * at(stateSum, k) * sigmoidSlope(at(r, k)));
    const dStateSum = dn.map((d, k) => d * at(r, k));
    return {
      ofInput: besideEachOther(hidden, [dr, dz, dn]),
      ofState: besideEachOther(hidden, [dr, dz, dStateSum]),
      h: dh.map((d, k) => d * at(z, k)),
      c,
    };
  },
};

export const cells: Readonly<Record<"lstm" | "gru", Cell>> = { lstm, gru };

type Three = [Float64Array, Float64Array, Float64Array];

/** One gate of (batch, gates · hidden). */
function gateOf(sums: Float64Array, gate: number, gates: number, hidden: number): Float64Array {
  return Float64Array.from({ length: sums.length / gates }, (_, k) =>
    at(sums, Math.floor(k / hidden) * gates * hidden + gate * hidden + (k % hidden)),
  );
}

/** (batch, gates · hidden) of each gate's (batch, hidden). */
function besideEachOther(hidden: number, parts: readonly Float64Array[]): Float64Array {
  const width = parts.length * hidden;
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  for (const [gate, part] of parts.entries()) {
    part.forEach((value, k) => (all[Math.floor(k / hidden) * width + gate * hidden + (k % hidden)] = value));
  }
  return all;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** By its value. */
function sigmoidSlope(value: number): number {
  return value * (1 - value);
}
