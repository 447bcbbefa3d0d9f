import type { AttentionGradientProblem, AttentionProblem, Outputs } from "../work.ts";
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

/** One head's queries, keys and values, and its weights. */
function headOf({ length, size, ...all }: AttentionProblem, head: number) {
  const of = (values: Float32Array): Float32Array => values.subarray(head * length * size, (head + 1) * length * size);
  const [query, key, value] = [of(all.query), of(all.key), of(all.value)];
  const scores = multiply(query, transpose(key, length, size), length, size, length);
  const weights = softmax(
    scores.map((score) => score / Math.sqrt(size)),
    length,
  );
  return { query, key, value, weights };
}

/** softmax(query · keyᵀ / √size) · value of each head, summed in f64. */
export function attention(problem: AttentionProblem): Outputs {
  const { batch, heads, length, size } = problem;
  const output = new Float64Array(batch * heads * length * size);
  for (let head = 0; head < batch * heads; head++) {
    const { weights, value } = headOf(problem, head);
    output.set(multiply(weights, value, length, length, size), head * length * size);
  }
  return { output };
}

/** Of loss = Σ output ⊙ upstream. */
export function attentionGradient(problem: AttentionGradientProblem): Outputs {
  const { batch, heads, length, size } = problem;
  const count = batch * heads * length * size;
  const gradients = { query: new Float64Array(count), key: new Float64Array(count), value: new Float64Array(count) };
  for (let head = 0; head < batch * heads; head++) {
    const { query, key, value, weights } = headOf(problem, head);
    const start = head * length * size;
    const dy = problem.upstream.subarray(start, start + length * size);
    const dWeights = multiply(dy, transpose(value, length, size), length, size, length);
    const dScores = new Float64Array(length * length);
    for (let row = 0; row < dScores.length; row += length) {
      let mean = 0;
      for (let i = row; i < row + length; i++) mean += at(weights, i) * at(dWeights, i);
      for (let i = row; i < row + length; i++)
        dScores[i] = (at(weights, i) * (at(dWeights, i) - mean)) / Math.sqrt(size);
    }
    gradients.query.set(multiply(dScores, key, length, length, size), start);
    gradients.key.set(multiply(transpose(dScores, length, length), query, length, length, size), start);
    gradients.value.set(multiply(transpose(weights, length, length), dy, length, length, size), start);
  }
  return gradients;
}
