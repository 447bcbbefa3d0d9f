import type { RecurrenceGradientProblem, RecurrenceProblem } from "../layer-problems.ts";
import type { Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";
import { multiply, transpose } from "./matmul.ts";
import { cells, type Saved, type States } from "./recurrent-cells.ts";

/** The h of each step. */
export function recurrence(problem: RecurrenceProblem): Outputs {
  return { output: forward(problem).output };
}

/** Of loss = Σ output ⊙ upstream, back through all steps. */
export function recurrenceGradient(problem: RecurrenceGradientProblem): Outputs {
  const { kind, time, batch, features, hidden, upstream, x, weightIh, weightHh } = problem;
  const { backward, gates } = cells[kind];
  const { output, saved } = forward(problem);
  const [rows, size] = [gates * hidden, batch * hidden];
  const ofInput = new Float64Array(time * batch * rows);
  const ofState = new Float64Array(time * batch * rows);
  let carried = zeros(size);
  for (const [back, step] of saved.toReversed().entries()) {
    const t = time - 1 - back;
    const dh = carried.h.map((value, i) => value + at(upstream, t * size + i));
    const found = backward(step, { h: dh, c: carried.c }, hidden);
    ofInput.set(found.ofInput, t * batch * rows);
    ofState.set(found.ofState, t * batch * rows);
    const throughSums = multiply(found.ofState, weightHh, batch, rows, hidden);
    carried = { h: throughSums.map((value, i) => value + at(found.h, i)), c: found.c };
  }
  const before = Float64Array.from(output, (_, i) => (i < size ? 0 : at(output, i - size)));
  return {
    x: multiply(ofInput, weightIh, time * batch, rows, features),
    weightIh: multiply(transpose(ofInput, time * batch, rows), x, rows, time * batch, features),
    weightHh: multiply(transpose(ofState, time * batch, rows), before, rows, time * batch, hidden),
    biasIh: columnSums(ofInput, rows),
    biasHh: columnSums(ofState, rows),
  };
}

function forward({ kind, time, batch, features, hidden, ...given }: RecurrenceProblem): {
  readonly output: Float64Array;
  readonly saved: readonly Saved[];
} {
  const cell = cells[kind];
  const rows = cell.gates * hidden;
  const ofInputs = affine(given.x, transpose(given.weightIh, rows, features), given.biasIh, time * batch);
  const weight = transpose(given.weightHh, rows, hidden);
  const output = new Float64Array(time * batch * hidden);
  const saved: Saved[] = [];
  let states = zeros(batch * hidden);
  for (let t = 0; t < time; t++) {
    const ofInput = ofInputs.slice(t * batch * rows, (t + 1) * batch * rows);
    const step = cell.forward({ ofInput, ofState: affine(states.h, weight, given.biasHh, batch) }, states, hidden);
    output.set(step.h, t * batch * hidden);
    saved.push(step.saved);
    states = step;
  }
  return { output, saved };
}

function zeros(size: number): States {
  return { h: new Float64Array(size), c: new Float64Array(size) };
}

/** x · weight + bias for each row of x, with `weight` as (inner, the bias's size). */
function affine(x: ArrayLike<number>, weight: Float64Array, bias: Float32Array, rows: number): Float64Array {
  const product = multiply(x, weight, rows, x.length / rows, bias.length);
  return product.map((value, i) => value + at(bias, i % bias.length));
}

function columnSums(matrix: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  matrix.forEach((value, i) => increase(sums, i % columns, value));
  return sums;
}
