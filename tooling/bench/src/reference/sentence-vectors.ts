import type { Outputs, SentenceVectorsProblem } from "../work.ts";
import { at } from "./elements.ts";
import { dense, type Parameter } from "./layers.ts";
import { inDoubles } from "./training-step.ts";

/** Vectors of length 1 of each sentence: the mean of what a BERT (Devlin et al. 2019) says of its tokens. */
export function sentenceVectors(problem: SentenceVectorsProblem): Outputs {
  const { batch, time, hidden, heads, layers, tokens } = problem;
  const values = inDoubles(problem.parameters);
  const parameters = new Map(problem.parameters.map(({ name }, i) => [name, values[i] as Parameter]));
  const parameter = (name: string): Parameter => {
    const found = parameters.get(name);
    if (found === undefined) throw new RangeError(`the problem has no ${name}`);
    return found;
  };
  const map = (rows: readonly Float64Array[], name: string): Float64Array[] => {
    const layer = dense(parameter(`${name}.weight`), parameter(`${name}.bias`));
    return rows.map((row) => layer.forward(row));
  };
  const normed = (rows: readonly Float64Array[], name: string): Float64Array[] => {
    const [scale, shift] = [parameter(`${name}.weight`).value, parameter(`${name}.bias`).value];
    return rows.map((row) => {
      const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
      const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
      return row.map((x, k) => ((x - mean) / Math.sqrt(variance + 1e-12)) * at(scale, k) + at(shift, k));
    });
  };
  const added = (a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] =>
    a.map((row, t) => row.map((x, k) => x + at(b[t] ?? [], k)));

  const [words, places, kinds] = ["word", "position", "token_type"].map(
    (name) => parameter(`embeddings.${name}_embeddings.weight`).value,
  ) as [Float64Array, Float64Array, Float64Array];
  const sentence = (n: number): Float64Array => {
    const embedded = Array.from({ length: time }, (_, t) =>
      new Float64Array(hidden).map(
        (_zero, k) => at(words, at(tokens, n * time + t) * hidden + k) + at(places, t * hidden + k) + at(kinds, k),
      ),
    );
    let x = normed(embedded, "embeddings.LayerNorm");
    for (let layer = 0; layer < layers; layer++) {
      const name = `encoder.layer.${layer}`;
      const [query, key, value] = ["query", "key", "value"].map((which) =>
        map(x, `${name}.attention.self.${which}`),
      ) as [Float64Array[], Float64Array[], Float64Array[]];
      const context = attended(query, key, value, heads);
      const seen = normed(
        added(map(context, `${name}.attention.output.dense`), x),
        `${name}.attention.output.LayerNorm`,
      );
      const inner = map(seen, `${name}.intermediate.dense`).map((row) => row.map(gelu));
      x = normed(added(map(inner, `${name}.output.dense`), seen), `${name}.output.LayerNorm`);
    }
    const sum = x.reduce((total, row) => total.map((each, k) => each + at(row, k)));
    const length = Math.sqrt(sum.reduce((total, each) => total + each ** 2, 0));
    return sum.map((each) => each / length);
  };
  return { vectors: Array.from({ length: batch }, (_, n) => [...sentence(n)]).flat() };
}

/** Softmax of queries · keys / √size over the keys, and the mean of the values by it, head by head. */
function attended(
  query: readonly Float64Array[],
  key: readonly Float64Array[],
  value: readonly Float64Array[],
  heads: number,
): Float64Array[] {
  const hidden = query[0]?.length ?? 0;
  const size = hidden / heads;
  return query.map((q) => {
    const context = new Float64Array(hidden);
    for (let head = 0; head < heads; head++) {
      const from = head * size;
      const scores = key.map((k) => {
        let sum = 0;
        for (let i = from; i < from + size; i++) sum += at(q, i) * at(k, i);
        return Math.exp(sum / Math.sqrt(size));
      });
      const total = scores.reduce((sum, score) => sum + score, 0);
      for (const [t, score] of scores.entries()) {
        for (let i = from; i < from + size; i++) context[i] = at(context, i) + (score / total) * at(value[t] ?? [], i);
      }
    }
    return context;
  });
}

function gelu(x: number): number {
  return (x * (1 + erf(x / Math.SQRT2))) / 2;
}

/** To 1.5e-7 (Abramowitz & Stegun 1964, 7.1.26). */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}
