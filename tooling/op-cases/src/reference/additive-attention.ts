import { build, type Exact, read, total, upTo } from "./exact.ts";

/** tanh(q + k) of one feature. */
function bent(query: Exact, key: Exact, at: readonly number[], i: number, j: number, e: number): number {
  return Math.tanh(read(query, [...at, i, e]) + read(key, [...at, j, e]));
}

/** Σ weight ⊙ tanh(query + key) of each query and key. */
export function additiveScoresOf(query: Exact, key: Exact, weight: Exact): Exact {
  const [lead, queries, keys] = [query.shape.slice(0, -2), query.shape.at(-2) ?? 0, key.shape.at(-2) ?? 0];
  return build([...lead, queries, keys], (index) => {
    const [at, i, j] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
    return total(weight.values.map((w, e) => w * bent(query, key, at, i, j, e)));
  });
}

/** Its gradients by their definition. */
export function additiveGradientsOf(
  dy: Exact,
  query: Exact,
  key: Exact,
  weight: Exact,
): { readonly query: Exact; readonly key: Exact; readonly weight: Exact } {
  const [queries, keys] = [query.shape.at(-2) ?? 0, key.shape.at(-2) ?? 0];
  const slope = (at: readonly number[], i: number, j: number, e: number): number =>
    read(dy, [...at, i, j]) * read(weight, [e]) * (1 - bent(query, key, at, i, j, e) ** 2);
  const items = build(query.shape.slice(0, -2), () => 0);
  return {
    query: build(query.shape, (index) => {
      const [at, i, e] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
      return total(upTo(keys).map((j) => slope(at, i, j, e)));
    }),
    key: build(key.shape, (index) => {
      const [at, j, e] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
      return total(upTo(queries).map((i) => slope(at, i, j, e)));
    }),
    weight: build(weight.shape, ([e = 0]) => {
      const every: number[] = [];
      build([...items.shape, queries, keys], (index) => {
        const [at, i, j] = [index.slice(0, -2), index.at(-2) ?? 0, index.at(-1) ?? 0];
        every.push(read(dy, index) * bent(query, key, at, i, j, e));
        return 0;
      });
      return total(every);
    }),
  };
}
