import { build, type Exact, read, total, upTo } from "./exact.ts";

type Vector = number[];
const dot = (x: Vector, y: Vector): number => total(x.map((each, i) => each * (y[i] ?? NaN)));

/** The sign that makes the element of the largest magnitude positive; of equal ones the first. */
function signOf(x: Vector): number {
  const largest = x.reduce((most, each) => (Math.abs(each) > Math.abs(most) * (1 + 1e-9) ? each : most), 0);
  return largest < 0 ? -1 : 1;
}

/** One matrix of a batch as its columns. */
function columnsOf(x: Exact, batch: readonly number[]): Vector[] {
  const [rows, columns] = [x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0];
  return upTo(columns).map((j) => upTo(rows).map((i) => read(x, [...batch, i, j])));
}

interface Singular {
  readonly value: number;
  readonly left: Vector;
  readonly right: Vector;
}

/** Of a matrix that is not wide, given by its columns: plain one-sided Jacobi from the unit matrix on. */
function singularOf(columns: Vector[]): Singular[] {
  const right = upTo(columns.length).map((i) => upTo(columns.length).map((j) => (i === j ? 1 : 0)));
  const left = columns.map((column) => [...column]);
  for (let sweep = 0; sweep < 50; sweep++) {
    for (const p of upTo(columns.length)) {
      for (const q of upTo(columns.length).slice(p + 1)) {
        const [x, y] = [left[p] ?? [], left[q] ?? []];
        const gamma = dot(x, y);
        if (gamma === 0) continue;
        const zeta = (dot(y, y) - dot(x, x)) / (2 * gamma);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        for (const pair of [left, right]) {
          const [a, b] = [pair[p] ?? [], pair[q] ?? []];
          pair[p] = a.map((each, i) => c * (each - t * (b[i] ?? 0)));
          pair[q] = b.map((each, i) => c * (t * (a[i] ?? 0) + each));
        }
      }
    }
  }
  const found = left.map((column, j): Singular => {
    const value = Math.hypot(...column);
    return { value, left: column.map((each) => each / value), right: right[j] ?? [] };
  });
  return found.toSorted((a, b) => b.value - a.value);
}

/** U, s and Vᵀ with as many vectors as there are singular values; those of a value of 0 mean nothing. */
export function svdOf(x: Exact): { readonly u: Exact; readonly s: Exact; readonly vh: Exact } {
  const batch = x.shape.slice(0, -2);
  const [rows, columns] = [x.shape.at(-2) ?? 0, x.shape.at(-1) ?? 0];
  const few = Math.min(rows, columns);
  const known = new Map<string, Singular[]>();
  const of = (at: readonly number[]): Singular[] => {
    const found = known.get(at.join());
    if (found !== undefined) return found;
    const tall = columnsOf(x, at);
    const turned = upTo(rows).map((i) => tall.map((column) => column[i] ?? NaN));
    const plain =
      rows >= columns
        ? singularOf(tall)
        : singularOf(turned).map(({ value, left, right }) => ({ value, left: right, right: left }));
    const signed = plain.map(({ value, left, right }) => {
      const sign = signOf(right);
      return { value, left: left.map((each) => sign * each), right: right.map((each) => sign * each) };
    });
    known.set(at.join(), signed);
    return signed;
  };
  const pick = (index: readonly number[], k: number): Singular | undefined => of(index.slice(0, batch.length))[k];
  return {
    u: build([...batch, rows, few], (index) => pick(index, index.at(-1) ?? 0)?.left[index.at(-2) ?? 0] ?? NaN),
    s: build([...batch, few], (index) => pick(index, index.at(-1) ?? 0)?.value ?? NaN),
    vh: build([...batch, few, columns], (index) => pick(index, index.at(-2) ?? 0)?.right[index.at(-1) ?? 0] ?? NaN),
  };
}

/** Of symmetric matrices: those of x + c, whose eigenvalues are not negative and so its singular values, less c. */
export function eighOf(x: Exact): { readonly eigenvalues: Exact; readonly eigenvectors: Exact } {
  const size = x.shape.at(-1) ?? 0;
  const shift = 1 + x.values.reduce((most, each) => Math.max(most, Math.abs(each)), 0) * size;
  const { s, vh } = svdOf(build(x.shape, (index) => read(x, index) + (index.at(-1) === index.at(-2) ? shift : 0)));
  const last = (k: number): number => size - 1 - k;
  return {
    eigenvalues: build(s.shape, (index) => read(s, [...index.slice(0, -1), last(index.at(-1) ?? 0)]) - shift),
    eigenvectors: build(x.shape, (index) =>
      read(vh, [...index.slice(0, -2), last(index.at(-1) ?? 0), index.at(-2) ?? 0]),
    ),
  };
}

/** The unit matrix, once for each of a batch. */
export function units(batch: readonly number[], size: number): Exact {
  return build([...batch, size, size], (index) => (index.at(-1) === index.at(-2) ? 1 : 0));
}
