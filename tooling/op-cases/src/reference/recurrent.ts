import { build, type Exact, upTo } from "./exact.ts";

/** How a state follows from the one before. */
export type Recurrence = "tanh" | "relu" | "lstm" | "gru" | "gruResetBefore";

const GATES: Readonly<Record<Recurrence, number>> = { tanh: 1, relu: 1, lstm: 4, gru: 3, gruResetBefore: 3 };

/** What a recurrent net is given; what is absent is none, or zeros. */
export interface Given {
  readonly x: Exact;
  readonly weightIh: Exact;
  readonly weightHh: Exact;
  readonly biasIh?: Exact | undefined;
  readonly biasHh?: Exact | undefined;
  readonly weightHr?: Exact | undefined;
  readonly h0?: Exact | undefined;
  readonly c0?: Exact | undefined;
  readonly lengths?: Exact | undefined;
}

type Vector = readonly number[];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Row `i` of (rows, columns); zeros of `size` of what is absent. */
function row(matrix: Exact | undefined, i: number, size = 0): Vector {
  if (matrix === undefined) return new Array<number>(size).fill(0);
  const columns = matrix.shape.at(-1) ?? 0;
  return matrix.values.slice(i * columns, (i + 1) * columns);
}

/** matrix · vector + bias */
function affine(matrix: Exact, vector: Vector, bias?: Exact): number[] {
  return Array.from({ length: matrix.shape[0] ?? 0 }, (_, i) =>
    row(matrix, i).reduce((sum, weight, k) => sum + weight * (vector[k] ?? NaN), bias?.values[i] ?? 0),
  );
}

/** The part of a vector that is gate `i`'s. */
function gate(vector: Vector, i: number, hidden: number): Vector {
  return vector.slice(i * hidden, (i + 1) * hidden);
}

const each = (a: Vector, f: (value: number, j: number) => number): number[] => a.map(f);
const at = (vector: Vector, j: number): number => vector[j] ?? NaN;

/** One item's state and cells after a step. */
function step(recurrence: Recurrence, given: Given, x: Vector, h: Vector, c: Vector): [h: Vector, c: Vector] {
  const { weightIh, weightHh, biasIh, biasHh, weightHr } = given;
  const hidden = (weightHh.shape[0] ?? 0) / GATES[recurrence];
  const [ofX, ofH] = [affine(weightIh, x, biasIh), affine(weightHh, h, biasHh)];
  const sum = (i: number): number[] => each(gate(ofX, i, hidden), (value, j) => value + at(gate(ofH, i, hidden), j));
  if (recurrence === "tanh") return [each(sum(0), Math.tanh), c];
  if (recurrence === "relu") return [each(sum(0), (value) => Math.max(0, value)), c];
  if (recurrence === "lstm") {
    const [i, f, o] = [each(sum(0), sigmoid), each(sum(1), sigmoid), each(sum(3), sigmoid)];
    const cells = each(sum(2), (g, j) => at(f, j) * at(c, j) + at(i, j) * Math.tanh(g));
    const full = each(cells, (cell, j) => at(o, j) * Math.tanh(cell));
    return [weightHr === undefined ? full : affine(weightHr, full), cells];
  }
  const [r, z] = [each(sum(0), sigmoid), each(sum(1), sigmoid)];
  const reset = affine(
    weightHh,
    h.map((value, k) => value * at(r, k)),
    biasHh,
  );
  const n = each(gate(ofX, 2, hidden), (value, j) => {
    const fromState = recurrence === "gru" ? at(r, j) * at(gate(ofH, 2, hidden), j) : at(gate(reset, 2, hidden), j);
    return Math.tanh(value + fromState);
  });
  return [each(n, (value, j) => (1 - at(z, j)) * value + at(z, j) * at(h, j)), c];
}

/** A sequence, item by item: output (time, batch, state), the last state and the last cells. */
export function recurrentOf(
  recurrence: Recurrence,
  given: Given,
  reverse: boolean,
): { readonly output: Exact; readonly hLast: Exact; readonly cLast: Exact } {
  const [time = 0, batch = 0] = given.x.shape;
  const state = given.weightHh.shape[1] ?? 0;
  const hidden = (given.weightHh.shape[0] ?? 0) / GATES[recurrence];
  const output = new Map<string, Vector>();
  const last = Array.from({ length: batch }, (_, item) => {
    let [h, c] = [row(given.h0, item, state), row(given.c0, item, hidden)];
    const length = given.lengths?.values[item] ?? time;
    for (let i = 0; i < length; i++) {
      const t = reverse ? length - 1 - i : i;
      [h, c] = step(recurrence, given, row(given.x, t * batch + item), h, c);
      output.set(`${t} ${item}`, h);
    }
    return [h, c] as const;
  });
  return {
    output: build([time, batch, state], ([t = 0, item = 0, j = 0]) => output.get(`${t} ${item}`)?.[j] ?? 0),
    hLast: build([batch, state], ([item = 0, j = 0]) => at(last[item]?.[0] ?? [], j)),
    cLast: build([batch, hidden], ([item = 0, j = 0]) => at(last[item]?.[1] ?? [], j)),
  };
}

/** One step: as a sequence of one. */
export function recurrentStepOf(recurrence: Recurrence, given: Given): { readonly h: Exact; readonly c: Exact } {
  const x = { shape: [1, ...given.x.shape], values: given.x.values };
  const { hLast, cLast } = recurrentOf(recurrence, { ...given, x }, false);
  return { h: hLast, c: cLast };
}

/** What a forward had and gave. */
export interface Remembered {
  readonly output: Exact;
  readonly weightHh: Exact;
  readonly weightHr?: Exact | undefined;
  readonly gates?: Exact | undefined;
  readonly cells?: Exact | undefined;
  readonly h0?: Exact | undefined;
  readonly c0?: Exact | undefined;
  readonly lengths?: Exact | undefined;
}

/** Gradients of a forward's results. */
export interface Incoming {
  readonly output?: Exact | undefined;
  readonly hLast?: Exact | undefined;
  readonly cLast?: Exact | undefined;
}

/** vectorᵀ · matrix */
function across(vector: Vector, matrix: Exact, first = 0): number[] {
  const columns = matrix.shape[1] ?? 0;
  return Array.from({ length: columns }, (_, k) =>
    vector.reduce((sum, value, i) => sum + value * (matrix.values[(first + i) * columns + k] ?? NaN), 0),
  );
}

/** Gradients of the gates' sums, of their parts from the state, of projected states, and of the initial ones, item by item. */
export function recurrentGradientsOf(
  recurrence: Recurrence,
  from: Remembered,
  incoming: Incoming,
  reverse: boolean,
): Readonly<Record<"gates" | "stateGates" | "projected" | "h0" | "c0", Exact>> {
  const [time = 0, batch = 0, state = 0] = from.output.shape;
  const rows = from.weightHh.shape[0] ?? 0;
  const hidden = rows / GATES[recurrence];
  const found = { gates: new Map<string, Vector>(), stateGates: new Map<string, Vector>() };
  const projected = new Map<string, Vector>();
  const initial = Array.from({ length: batch }, (_, item) => {
    let [dh, dc] = [row(incoming.hLast, item, state), row(incoming.cLast, item, hidden)];
    const length = Math.min(from.lengths?.values[item] ?? time, time);
    for (let i = length - 1; i >= 0; i--) {
      const t = reverse ? length - 1 - i : i;
      const place = t * batch + item;
      const before = i === 0 ? undefined : (reverse ? t + 1 : t - 1) * batch + item;
      const h = before === undefined ? row(from.h0, item, state) : row(from.output, before);
      const c = before === undefined ? row(from.c0, item, hidden) : row(from.cells, before, hidden);
      const own = row(from.gates, place);
      const dy = row(incoming.output, place, state);
      let total: Vector = each(dh, (value, j) => value + at(dy, j));
      if (from.weightHr !== undefined) {
        projected.set(`${t} ${item}`, total);
        total = across(total, from.weightHr);
      }
      const kept = (k: number, j: number): number => at(own, k * hidden + j);
      const some = (f: (j: number) => number): number[] => upTo(hidden).map(f);
      const d = (j: number): number => at(total, j);
      const slope = (k: number, j: number): number => kept(k, j) * (1 - kept(k, j));
      let gates: number[];
      let stateGates: number[];
      let past = new Array<number>(state).fill(0);
      if (recurrence === "lstm") {
        const tanh = some((j) => Math.tanh(at(row(from.cells, place), j)));
        const ofCells = some((j) => at(dc, j) + d(j) * kept(3, j) * (1 - at(tanh, j) ** 2));
        gates = [
          ...some((j) => at(ofCells, j) * kept(2, j) * slope(0, j)),
          ...some((j) => at(ofCells, j) * at(c, j) * slope(1, j)),
          ...some((j) => at(ofCells, j) * kept(0, j) * (1 - kept(2, j) ** 2)),
          ...some((j) => d(j) * at(tanh, j) * slope(3, j)),
        ];
        stateGates = gates;
        dc = some((j) => at(ofCells, j) * kept(1, j));
      } else if (recurrence === "gru" || recurrence === "gruResetBefore") {
        const ofZ = some((j) => d(j) * (at(h, j) - kept(2, j)) * slope(1, j));
        const ofN = some((j) => d(j) * (1 - kept(1, j)) * (1 - kept(2, j) ** 2));
        past = some((j) => d(j) * kept(1, j));
        if (recurrence === "gru") {
          const ofR = some((j) => at(ofN, j) * kept(3, j) * slope(0, j));
          gates = [...ofR, ...ofZ, ...ofN];
          stateGates = [...ofR, ...ofZ, ...some((j) => at(ofN, j) * kept(0, j))];
        } else {
          const ofReset = across(ofN, from.weightHh, 2 * hidden);
          const ofR = some((j) => at(ofReset, j) * at(h, j) * slope(0, j));
          gates = [...ofR, ...ofZ, ...ofN];
          stateGates = [...ofR, ...ofZ];
          past = some((j) => at(past, j) + at(ofReset, j) * kept(0, j));
        }
      } else {
        const y = row(from.output, place);
        gates = some((j) => d(j) * (recurrence === "tanh" ? 1 - at(y, j) ** 2 : Number(!(at(y, j) <= 0))));
        stateGates = gates;
      }
      found.gates.set(`${t} ${item}`, gates);
      found.stateGates.set(`${t} ${item}`, stateGates);
      dh = across(stateGates, from.weightHh).map((value, j) => value + at(past, j));
    }
    return [dh, dc] as const;
  });
  const spread = (values: ReadonlyMap<string, Vector>, size: number): Exact =>
    build([time, batch, size], ([t = 0, item = 0, j = 0]) => values.get(`${t} ${item}`)?.[j] ?? 0);
  const none = { shape: [0], values: [] };
  return {
    gates: spread(found.gates, rows),
    stateGates: recurrence === "gru" ? spread(found.stateGates, rows) : none,
    projected: from.weightHr === undefined ? none : spread(projected, state),
    h0: build([batch, state], ([item = 0, j = 0]) => at(initial[item]?.[0] ?? [], j)),
    c0: build([batch, hidden], ([item = 0, j = 0]) => at(initial[item]?.[1] ?? [], j)),
  };
}
