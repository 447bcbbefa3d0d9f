/** A matrix in row-major order, f64. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

const MOST_SWEEPS = 60;

/** A = U diag(s) Vᵀ, s descending. */
export interface Decomposition {
  /** (rows, k), k the smaller side: orthonormal columns; of singular values that are 0, columns of zeros. */
  readonly u: Matrix;
  readonly s: Float64Array;
  /** (columns, k) */
  readonly v: Matrix;
}

/**
 * The singular value decomposition by one-sided Jacobi (Hestenes 1958): pairs of columns are turned until all are at right
 * angles. Accurate in small singular values too, and plain; for matrices of up to some hundred columns. The sign of each
 * pair of vectors is such that the largest element of v's column is positive.
 */
export function singularValues(a: Matrix): Decomposition {
  if (a.rows < a.columns) {
    const { u, s, v } = singularValues(transposed(a));
    return withSigns({ u: v, s, v: u });
  }
  const { rows, columns: size } = a;
  // Columns lie one behind the other, so that turning a pair reads and writes memory in order.
  const columns = Array.from({ length: size }, (_, j) =>
    Float64Array.from({ length: rows }, (__, i) => a.values[i * size + j] ?? 0),
  );
  const turns = Array.from({ length: size }, (_, j) =>
    Float64Array.from({ length: size }, (__, i) => (i === j ? 1 : 0)),
  );
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) {
        const [x, y] = [columns[p] as Float64Array, columns[q] as Float64Array];
        const [alpha, beta, gamma] = [dot(x, x), dot(y, y), dot(x, y)];
        if (gamma === 0 || Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta)) continue;
        turned = true;
        const zeta = (beta - alpha) / (2 * gamma);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        turn(x, y, c, c * t);
        turn(turns[p] as Float64Array, turns[q] as Float64Array, c, c * t);
      }
    }
    if (!turned) break;
  }
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  const order = lengths.map((_, at) => at).toSorted((i, j) => (lengths[j] ?? 0) - (lengths[i] ?? 0) || i - j);
  const largest = lengths[order[0] ?? 0] ?? 0;
  const s = Float64Array.from(order, (at) => ((lengths[at] ?? 0) > largest * 1e-15 ? (lengths[at] ?? 0) : 0));
  const units = order.map((at, k) =>
    (columns[at] as Float64Array).map((each) => ((s[k] ?? 0) === 0 ? 0 : each / (s[k] ?? 1))),
  );
  return withSigns({
    u: fromColumns(units, rows),
    s,
    v: fromColumns(
      order.map((at) => turns[at] as Float64Array),
      size,
    ),
  });
}

/** A = V diag(values) Vᵀ of a symmetric matrix with eigenvalues not below 0, descending. */
export function symmetricEigen(a: Matrix): { readonly values: Float64Array; readonly vectors: Matrix } {
  const { s, v } = singularValues(a);
  return { values: s, vectors: v };
}

export function transposed({ rows, columns, values }: Matrix): Matrix {
  const turned = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[j * rows + i] = values[i * columns + j] ?? 0;
  return { rows: columns, columns: rows, values: turned };
}

/** A · B */
export function product(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const by = a.values[i * a.columns + k] ?? 0;
      for (let j = 0; j < b.columns; j++) {
        values[i * b.columns + j] = (values[i * b.columns + j] ?? 0) + by * (b.values[k * b.columns + j] ?? 0);
      }
    }
  }
  return { rows: a.rows, columns: b.columns, values };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += (x[at] ?? 0) * (y[at] ?? 0);
  return sum;
}

/** (x, y) ← (c x − s y, s x + c y) */
function turn(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let at = 0; at < x.length; at++) {
    const [a, b] = [x[at] ?? 0, y[at] ?? 0];
    x[at] = c * a - s * b;
    y[at] = s * a + c * b;
  }
}

function fromColumns(columns: readonly Float64Array[], rows: number): Matrix {
  const values = new Float64Array(rows * columns.length);
  for (const [j, column] of columns.entries()) {
    for (let i = 0; i < rows; i++) values[i * columns.length + j] = column[i] ?? 0;
  }
  return { rows, columns: columns.length, values };
}

function withSigns({ u, s, v }: Decomposition): Decomposition {
  for (let j = 0; j < v.columns; j++) {
    let most = 0;
    for (let i = 0; i < v.rows; i++) {
      const each = v.values[i * v.columns + j] ?? 0;
      if (Math.abs(each) > Math.abs(most) * (1 + 1e-9)) most = each;
    }
    if (most >= 0) continue;
    for (const matrix of [u, v]) {
      for (let i = 0; i < matrix.rows; i++) {
        const at = i * matrix.columns + j;
        matrix.values[at] = -(matrix.values[at] ?? 0);
      }
    }
  }
  return { u, s, v };
}
