import { build, type Exact, read, total, upTo } from "./exact.ts";
import { share, wordsOf } from "./random.ts";

/** Attention's inputs. */
export interface Attended {
  readonly query: Exact;
  readonly key: Exact;
  readonly value: Exact;
  readonly added?: Exact;
  readonly takingPart?: Exact;
  /** Of each index of the axes before the last two. */
  readonly lengths?: Exact;
}

/** How it attends. */
export interface Way {
  readonly scale?: number;
  readonly isCausal?: boolean;
  /** Of weights, by the numbers of a seed from counter 0 on, each query's row from a new block. */
  readonly dropout?: { readonly seed: number; readonly probability: number };
}

/** Every score, weight and output of attention by its definition; who sees no key gets zeros. */
export function attentionOf(inputs: Attended, way: Way): { readonly output: Exact; readonly weights: Exact } {
  const { lead, queries, keys, valueSize, scoreOf, keptOf } = sizesOf(inputs, way);
  const weights = build([...lead, queries, keys], (index) => {
    const [at, i, j] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
    const scores = upTo(keys).map((other) => scoreOf(at, i, other));
    const top = Math.max(...scores);
    if (top === -Infinity) return 0;
    const sum = total(scores.map((score) => Math.exp(score - top)));
    return (Math.exp((scores[j] ?? 0) - top) / sum) * keptOf(at, i, j);
  });
  const output = build([...lead, queries, valueSize], (index) => {
    const [at, i, e] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
    return total(upTo(keys).map((j) => read(weights, [...at, i, j]) * read(inputs.value, [...at, j, e])));
  });
  return { output, weights };
}

interface Sizes {
  readonly lead: readonly number[];
  readonly queries: number;
  readonly keys: number;
  readonly size: number;
  readonly valueSize: number;
  readonly scale: number;
  /** -∞ of a key that is not seen. */
  scoreOf(at: readonly number[], i: number, j: number): number;
  /** What dropout multiplies a weight by. */
  keptOf(at: readonly number[], i: number, j: number): number;
}

function sizesOf(inputs: Attended, way: Way): Sizes {
  const { query, key, value, added, takingPart, lengths } = inputs;
  const [queries, size] = [query.shape.at(-2) ?? 0, query.shape.at(-1) ?? 0];
  const [keys, valueSize] = [key.shape.at(-2) ?? 0, value.shape.at(-1) ?? 0];
  const lead = leadOf([query, key, value]);
  const { scale = size === 0 ? 1 : 1 / Math.sqrt(size), dropout, isCausal = false } = way;
  const isSeen = (at: readonly number[], i: number, j: number): boolean =>
    (takingPart === undefined || read(takingPart, [...at, i, j]) !== 0) &&
    (lengths === undefined || j < read(lengths, at)) &&
    (!isCausal || j <= i);
  return {
    lead,
    queries,
    keys,
    size,
    valueSize,
    scale,
    scoreOf: (at, i, j) => {
      if (!isSeen(at, i, j)) return -Infinity;
      const dot = total(upTo(size).map((e) => read(query, [...at, i, e]) * read(key, [...at, j, e])));
      return dot * scale + (added === undefined ? 0 : read(added, [...at, i, j]));
    },
    keptOf: (at, i, j) => {
      if (dropout === undefined) return 1;
      const row = [...at, i].reduce((place, index, axis) => place * ([...lead, queries][axis] ?? 1) + index, 0);
      const word = wordsOf(dropout.seed).word(row * Math.ceil(keys / 4) * 4 + j);
      const keep = 1 - dropout.probability;
      return share(word) < Math.fround(keep) ? 1 / keep : 0;
    },
  };
}

function leadOf(operands: readonly Exact[]): number[] {
  const leads = operands.map(({ shape }) => shape.slice(0, -2));
  const rank = Math.max(...leads.map(({ length }) => length));
  return upTo(rank).map((axis) => {
    const sizes = leads.map((lead) => lead[axis - rank + lead.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

/** What the forward gave, and the gradient of its output. */
export interface Remembered {
  readonly output: Exact;
  /** Of each query what is subtracted from its scores, and what exponentials are multiplied by. */
  readonly rows: Exact;
  readonly dOutput: Exact;
}

/** The gradients as the kernel computes them, whatever it is told that the forward gave. */
export function attentionGradientsOf(
  inputs: Attended,
  { output, rows, dOutput }: Remembered,
  way: Way,
): { readonly query: Exact; readonly key: Exact; readonly value: Exact; readonly attnMask: Exact } {
  const { query, key, value } = inputs;
  const { lead, queries, keys, size, valueSize, scale, scoreOf, keptOf } = sizesOf(inputs, way);
  const weights = build([...lead, queries, keys], (index) => {
    const [at, i, j] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
    return Math.exp(scoreOf(at, i, j) - read(rows, [...at, i, 0])) * read(rows, [...at, i, 1]);
  });
  const attnMask = build([...lead, queries, keys], (index) => {
    const [at, i, j] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
    const dy = upTo(valueSize).map((e) => read(dOutput, [...at, i, e]));
    const dWeight = keptOf(at, i, j) * total(dy.map((d, e) => d * read(value, [...at, j, e])));
    return read(weights, index) * (dWeight - total(dy.map((d, e) => d * read(output, [...at, i, e]))));
  });
  return {
    query: build([...lead, queries, size], (index) => {
      const [at, i, e] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
      return scale * total(upTo(keys).map((j) => read(attnMask, [...at, i, j]) * read(key, [...at, j, e])));
    }),
    key: build([...lead, keys, size], (index) => {
      const [at, j, e] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
      return scale * total(upTo(queries).map((i) => read(attnMask, [...at, i, j]) * read(query, [...at, i, e])));
    }),
    value: build([...lead, keys, valueSize], (index) => {
      const [at, j, e] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
      const kept = (i: number): number => keptOf(at, i, j) * read(weights, [...at, i, j]);
      return total(upTo(queries).map((i) => kept(i) * read(dOutput, [...at, i, e])));
    }),
    attnMask,
  };
}
