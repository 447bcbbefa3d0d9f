import { build, type Exact, total, upTo } from "./exact.ts";

/** Each row of the last axis, with its mean taken off and over √(variance + ε), and the inverse of that root. */
function normalRows(x: Exact, epsilon: number): { readonly normal: readonly number[]; readonly inverse: number }[] {
  const size = x.shape.at(-1) ?? 1;
  return upTo(size === 0 ? 0 : x.values.length / size).map((at) => {
    const row = x.values.slice(at * size, (at + 1) * size);
    const mean = total(row) / size;
    const inverse = 1 / Math.sqrt(total(row.map((value) => (value - mean) ** 2)) / size + epsilon);
    return { normal: row.map((value) => (value - mean) * inverse), inverse };
  });
}

/** (x − mean) / √(variance + ε) · weight + bias over the last axis. */
export function layerNormOf(x: Exact, weight: Exact | undefined, bias: Exact | undefined, epsilon: number): Exact {
  const values = normalRows(x, epsilon).flatMap(({ normal }) =>
    normal.map((value, column) => value * (weight?.values[column] ?? 1) + (bias?.values[column] ?? 0)),
  );
  return { shape: x.shape, values };
}

/** With n = (x − mean) / √(variance + ε), i the inverse of that root, and g = dy · weight: dx = (g − mean g − n · mean(g n)) · i. */
export function layerNormGradients(
  dy: Exact,
  x: Exact,
  weight: Exact,
  epsilon: number,
): { readonly x: Exact; readonly weight: Exact; readonly bias: Exact } {
  const size = x.shape.at(-1) ?? 1;
  const rows = normalRows(x, epsilon);
  const dyAt = (row: number, column: number): number => dy.values[row * size + column] ?? NaN;
  const dx = rows.flatMap(({ normal, inverse }, row) => {
    const inner = normal.map((_, column) => dyAt(row, column) * (weight.values[column] ?? NaN));
    const average = total(inner) / size;
    const along = total(inner.map((g, column) => g * (normal[column] ?? NaN))) / size;
    return inner.map((g, column) => (g - average - (normal[column] ?? NaN) * along) * inverse);
  });
  return {
    x: { shape: x.shape, values: dx },
    weight: build([size], ([column = 0]) =>
      total(rows.map(({ normal }, row) => dyAt(row, column) * (normal[column] ?? NaN))),
    ),
    bias: build([size], ([column = 0]) => total(rows.map((_, row) => dyAt(row, column)))),
  };
}
