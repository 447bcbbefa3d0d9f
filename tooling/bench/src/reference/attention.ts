import type { AttentionGradientProblem, AttentionProblem } from "../layer-problems.ts";
import type { Outputs } from "../work.ts";
import { at } from "./elements.ts";
import { multiply, transpose } from "./matmul.ts";

/** Softmax of each row. */
function softmax(rows: Float64Array, size: number): Float64Array {
  const weights = Float64Array.from(rows);
  for (let start = 0; start < rows.length; start += size) {
    const row = weights.subarray(start, start + size);
    const top = Math.max(...row);
    const sum = row.reduce((total, score) => total + Math.exp(score - top), 0);
    row.forEach((score, i) => (row[i] = Math.exp(score - top) / sum));
  }
  return weights;
}

/** One head: (length, size) each. */
interface Head {
  readonly query: ArrayLike<number>;
  readonly key: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

interface HeadSizes {
  readonly length: number;
  readonly size: number;
  /** whether each query sees the keys up to its own place alone */
  readonly isCausal?: boolean;
}

/** A head's weights and output. */
export function attend(
  { query, key, value }: Head,
  { length, size, isCausal = false }: HeadSizes,
): {
  readonly weights: Float64Array;
  readonly output: Float64Array;
} {
  const scores = multiply(query, transpose(key, length, size), length, size, length);
  const weights = softmax(
    scores.map((score, i) => (isCausal && i % length > Math.floor(i / length) ? -Infinity : score / Math.sqrt(size))),
    length,
  );
  return { weights, output: multiply(weights, value, length, length, size) };
}

/** Of Σ output ⊙ dy, by the head's weights. */
export function attendBackward(
  { query, key, value }: Head,
  weights: Float64Array,
  dy: ArrayLike<number>,
  { length, size }: HeadSizes,
): Readonly<Record<keyof Head, Float64Array>> {
  const dWeights = multiply(dy, transpose(value, length, size), length, size, length);
  const dScores = new Float64Array(length * length);
  for (let row = 0; row < dScores.length; row += length) {
    let mean = 0;
    for (let i = row; i < row + length; i++) mean += at(weights, i) * at(dWeights, i);
    for (let i = row; i < row + length; i++) {
      dScores[i] = (at(weights, i) * (at(dWeights, i) - mean)) / Math.sqrt(size);
    }
  }
  return {
    query: multiply(dScores, key, length, length, size),
    key: multiply(transpose(dScores, length, length), query, length, length, size),
    value: multiply(transpose(weights, length, length), dy, length, length, size),
  };
}

/** One of all heads. */
function headOf({ length, size, ...all }: AttentionProblem, head: number): Head {
  const of = (values: Float32Array): Float32Array => values.subarray(head * length * size, (head + 1) * length * size);
  return { query: of(all.query), key: of(all.key), value: of(all.value) };
}

/** softmax(query · keyᵀ / √size) · value of each head, summed in f64. */
export function attention(problem: AttentionProblem): Outputs {
  const { batch, heads, length, size } = problem;
  const output = new Float64Array(batch * heads * length * size);
  for (let head = 0; head < batch * heads; head++) {
    output.set(attend(headOf(problem, head), problem).output, head * length * size);
  }
  return { output };
}

/** Of loss = Σ output ⊙ upstream. */
export function attentionGradient(problem: AttentionGradientProblem): Outputs {
  const { batch, heads, length, size } = problem;
  const count = batch * heads * length * size;
  const gradients = { query: new Float64Array(count), key: new Float64Array(count), value: new Float64Array(count) };
  for (let head = 0; head < batch * heads; head++) {
    const operands = headOf(problem, head);
    const start = head * length * size;
    const dy = problem.upstream.subarray(start, start + length * size);
    const found = attendBackward(operands, attend(operands, problem).weights, dy, problem);
    gradients.query.set(found.query, start);
    gradients.key.set(found.key, start);
    gradients.value.set(found.value, start);
  }
  return gradients;
}
