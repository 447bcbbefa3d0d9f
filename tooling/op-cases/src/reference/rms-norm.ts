import { build, type Exact, read, total, upTo } from "./exact.ts";

function rowOf(x: Exact, index: readonly number[]): number[] {
  return upTo(x.shape.at(-1) ?? 1).map((column) => read(x, [...index.slice(0, -1), column]));
}

function inverseOf(row: readonly number[], epsilon: number): number {
  return 1 / Math.sqrt(total(row.map((value) => value ** 2)) / row.length + epsilon);
}

/** x / √(mean x² + ε) · weight over the last axis. */
export function rmsNormOf(x: Exact, weight: Exact | undefined, epsilon: number): Exact {
  return build(x.shape, (index) => {
    const scale = weight === undefined ? 1 : read(weight, index.slice(-1));
    return read(x, index) * inverseOf(rowOf(x, index), epsilon) * scale;
  });
}

/** With i = 1 / √(mean x² + ε), n = x · i and g = dy · weight: dx = (g − n · mean(g n)) · i. */
export function rmsNormGradients(
  dy: Exact,
  x: Exact,
  weight: Exact,
  epsilon: number,
): { readonly x: Exact; readonly weight: Exact } {
  const normal = rmsNormOf(x, undefined, epsilon);
  return {
    x: build(x.shape, (index) => {
      const [row, units, dys] = [x, normal, dy].map((of) => rowOf(of, index)) as [number[], number[], number[]];
      const along = total(units.map((unit, at) => unit * (dys[at] ?? NaN) * read(weight, [at]))) / row.length;
      const g = read(dy, index) * read(weight, index.slice(-1));
      return (g - read(normal, index) * along) * inverseOf(row, epsilon);
    }),
    weight: build([x.shape.at(-1) ?? 1], ([column = 0]) => {
      const size = x.shape.at(-1) ?? 1;
      const own = upTo(x.values.length).filter((place) => place % size === column);
      return total(own.map((place) => (dy.values[place] ?? NaN) * (normal.values[place] ?? NaN)));
    }),
  };
}
