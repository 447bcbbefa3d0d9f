import { build, type Exact, read, total, upTo } from "./exact.ts";

/** out[index[i][j]][j] for axis 0 of two, and so on. */
export function gathered(x: Exact, axis: number, index: Exact): Exact {
  return build(index.shape, (at) => read(x, at.with(axis, read(index, at))));
}

/** x with source[i][j] added at [index[i][j]][j] for axis 0 of two, and so on. */
export function scattered(x: Exact, axis: number, index: Exact, source: Exact): Exact {
  return build(x.shape, (at) => {
    const inside = at.every((position, other) => other === axis || position < (index.shape[other] ?? 0));
    const lines = inside ? upTo(index.shape[axis] ?? 0).map((i) => at.with(axis, i)) : [];
    const added = lines.map((from) => (read(index, from) === at[axis] ? read(source, from) : 0));
    return read(x, at) + total(added);
  });
}

/** Rows along an axis, as a list of indices names them. */
export function selected(x: Exact, axis: number, index: Exact): Exact {
  return build(x.shape.with(axis, index.values.length), (at) =>
    read(x, at.with(axis, index.values[at[axis] ?? 0] ?? NaN)),
  );
}

/** Zeros with rows added where a list of indices says. */
export function addedRows(rows: Exact, axis: number, index: Exact, size: number): Exact {
  return build(rows.shape.with(axis, size), (at) =>
    total(index.values.map((to, i) => (to === at[axis] ? read(rows, at.with(axis, i)) : 0))),
  );
}

/** Sums along an axis, as the rows of a sparse matrix say. */
export function summedByRows(
  x: Exact,
  axis: number,
  { starts, places, weights }: { starts: Int32Array; places: Int32Array; weights: Float32Array },
): Exact {
  return build(x.shape.with(axis, starts.length - 1), (at) => {
    const [first = 0, last = 0] = starts.subarray(at[axis] ?? 0);
    return total(
      upTo(last - first).map((k) => (weights[first + k] ?? NaN) * read(x, at.with(axis, places[first + k] ?? NaN))),
    );
  });
}

/** Positions of a line's elements in order, equal ones as they stood; NaN is larger than every number. */
export function orderOf(line: readonly number[], descending: boolean): number[] {
  const rank = (value: number): number => (Number.isNaN(value) ? Infinity : value);
  const compare = (a: number, b: number): number => {
    const [left, right] = [line[a] ?? NaN, line[b] ?? NaN];
    if (Number.isNaN(left) !== Number.isNaN(right)) return Number.isNaN(left) ? 1 : -1;
    return rank(left) === rank(right) ? 0 : rank(left) - rank(right);
  };
  return upTo(line.length).toSorted((a, b) => (descending ? compare(b, a) : compare(a, b)) || a - b);
}
