import type { ElementwiseFunction, ElementwiseProblem, Outputs } from "../work.ts";
import { at } from "./elements.ts";

const functions: Readonly<Record<ElementwiseFunction, (problem: ElementwiseProblem) => Float64Array>> = {
  relu: ({ x }) => Float64Array.from(x, (value) => Math.max(0, value)),
  add: ({ x, y }) => Float64Array.from(x, (value, i) => value + at(y, i)),
  exp: ({ x }) => Float64Array.from(x, Math.exp),
  tanh: ({ x }) => Float64Array.from(x, Math.tanh),
  softmax,
  sum: ({ x }) => Float64Array.of(x.reduce((total, value) => total + value, 0)),
};

/** In f64. */
export function elementwise(problem: ElementwiseProblem): Outputs {
  return { result: functions[problem.function](problem) };
}

// Over each row. Inputs are small numbers: nothing overflows.
function softmax({ x, columns }: ElementwiseProblem): Float64Array {
  const powers = Float64Array.from(x, Math.exp);
  for (let start = 0; start < powers.length; start += columns) {
    const row = powers.subarray(start, start + columns);
    const total = row.reduce((sum, value) => sum + value, 0);
    row.forEach((value, i) => (row[i] = value / total));
  }
  return powers;
}
