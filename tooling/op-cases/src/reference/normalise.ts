import { build, type Exact, read, total, upTo } from "./exact.ts";

/** (x − mean) / √(variance + ε) · weight + bias over the last axis. */
export function layerNormOf(x: Exact, weight: Exact | undefined, bias: Exact | undefined, epsilon: number): Exact {
  const size = x.shape.at(-1) ?? 1;
  return build(x.shape, (index) => {
    const row = upTo(size).map((column) => read(x, [...index.slice(0, -1), column]));
    const mean = total(row) / size;
    const variance = total(row.map((value) => (value - mean) ** 2)) / size;
    const column = [index.at(-1) ?? 0];
    const scale = weight === undefined ? 1 : read(weight, column);
    return (
      ((read(x, index) - mean) / Math.sqrt(variance + epsilon)) * scale + (bias === undefined ? 0 : read(bias, column))
    );
  });
}

/** With n = (x − mean) / √(variance + ε), i the inverse of that root, and g = dy · weight: dx = (g − mean g − n · mean(g n)) · i. */
export function layerNormGradients(
  dy: Exact,
  x: Exact,
  weight: Exact,
  epsilon: number,
): { readonly x: Exact; readonly weight: Exact; readonly bias: Exact } {
  const [rows = 0, size = 0] = x.shape;
  const rowOf = (row: number): number[] => upTo(size).map((column) => read(x, [row, column]));
  const meanOf = (row: number): number => total(rowOf(row)) / size;
  const inverse = (row: number): number =>
    1 / Math.sqrt(total(rowOf(row).map((value) => (value - meanOf(row)) ** 2)) / size + epsilon);
  const normal = (row: number, column: number): number => (read(x, [row, column]) - meanOf(row)) * inverse(row);
  const inner = (row: number, column: number): number => read(dy, [row, column]) * read(weight, [column]);
  return {
    x: build(x.shape, ([row = 0, column = 0]) => {
      const [average, along] = [
        total(upTo(size).map((k) => inner(row, k))) / size,
        total(upTo(size).map((k) => inner(row, k) * normal(row, k))) / size,
      ];
      return (inner(row, column) - average - normal(row, column) * along) * inverse(row);
    }),
    weight: build([size], ([column = 0]) =>
      total(upTo(rows).map((row) => read(dy, [row, column]) * normal(row, column))),
    ),
    bias: build([size], ([column = 0]) => total(upTo(rows).map((row) => read(dy, [row, column])))),
  };
}
