import { build, type Exact, read, total, upTo } from "./exact.ts";

/** The matrix product over the last two axes, as PyTorch defines it for vectors and batches. */
export function product(a: Exact, b: Exact): Exact {
  const left: Exact = a.shape.length === 1 ? { shape: [1, ...a.shape], values: a.values } : a;
  const right: Exact = b.shape.length === 1 ? { shape: [...b.shape, 1], values: b.values } : b;
  const batch = batchOf(left, right);
  const depth = left.shape.at(-1) ?? 0;
  const matrices = build([...batch, left.shape.at(-2) ?? 0, right.shape.at(-1) ?? 0], (index) => {
    const [row, column] = [index.at(-2) ?? 0, index.at(-1) ?? 0];
    const at = index.slice(0, -2);
    return total(upTo(depth).map((k) => read(left, [...at, row, k]) * read(right, [...at, k, column])));
  });
  const kept = matrices.shape.slice(batch.length).filter((_, i) => (i === 0 ? a.shape.length > 1 : b.shape.length > 1));
  return { shape: [...batch, ...kept], values: matrices.values };
}

function batchOf(a: Exact, b: Exact): number[] {
  const rank = Math.max(a.shape.length, b.shape.length) - 2;
  return upTo(rank).map((axis) => {
    const size = (x: Exact): number => x.shape[axis - rank + x.shape.length - 2] ?? 1;
    return size(a) === 1 ? size(b) : size(a);
  });
}

/** The gradients of `linearMap` at the gradient `dy` of its result. */
export function linearGradients(
  dy: Exact,
  x: Exact,
  weight: Exact,
): { readonly x: Exact; readonly weight: Exact; readonly bias: Exact } {
  const [outputs, inputs] = [weight.shape[0] ?? 0, weight.shape[1] ?? 0];
  const rows = upTo(x.shape.slice(0, -1).reduce((count, size) => count * size, 1));
  const dyAt = (row: number, to: number): number => dy.values[row * outputs + to] ?? NaN;
  return {
    x: build(x.shape, (index) => {
      const [before, from] = [index.slice(0, -1), index.at(-1) ?? 0];
      return total(upTo(outputs).map((to) => read(dy, [...before, to]) * read(weight, [to, from])));
    }),
    weight: build([outputs, inputs], ([to = 0, from = 0]) =>
      total(rows.map((row) => dyAt(row, to) * (x.values[row * inputs + from] ?? NaN))),
    ),
    bias: build([outputs], ([to = 0]) => total(rows.map((row) => dyAt(row, to)))),
  };
}

/** x · weightᵀ + bias over the last axis. */
export function linearMap(x: Exact, weight: Exact, bias?: Exact): Exact {
  const [outputs, inputs] = [weight.shape[0] ?? 0, weight.shape[1] ?? 0];
  return build([...x.shape.slice(0, -1), outputs], (index) => {
    const to = index.at(-1) ?? 0;
    const weighted = upTo(inputs).map((from) => read(x, [...index.slice(0, -1), from]) * read(weight, [to, from]));
    return total(weighted) + (bias === undefined ? 0 : read(bias, [to]));
  });
}
