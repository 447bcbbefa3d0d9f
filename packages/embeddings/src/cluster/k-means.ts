import {
  assertGenerator,
  assertTensor,
  assertWhole,
  type Check,
  checkOptions,
  concat,
  fromArray,
  full,
  Generator,
  scope,
  type Shape,
  ShapeError,
  similarRows,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";

/** What `kMeans` takes. */
export interface KMeansOptions {
  /** Where it starts: (clusters, size), as many as there are to be. Drawn by k-means++ if absent. */
  readonly start?: Tensor<Shape>;
  /** Of the draws. Seed 0 if absent, so that the same rows give the same clusters. */
  readonly generator?: Generator;
  /** Rounds at most. Default 300. */
  readonly maxRounds?: number;
}

/** Rows in groups. */
export interface Clusters {
  /** (clusters, size): the mean of each group's rows, a new tensor. */
  readonly centres: Tensor<[number, number]>;
  /** The group of each row. */
  readonly labels: Int32Array;
  /** The sum of squared distances to the centres. */
  readonly inertia: number;
  readonly rounds: number;
}

const aTensor: Check = (op, name, value) => assertTensor(op, name, value);
const atLeastOne: Check = (op, name, value) => assertWhole(op, name, value, 1);

/**
 * Groups of rows near one mean each (Lloyd 1982), started by k-means++ (Arthur & Vassilvitskii 2007). It goes on until no row
 * changes its group. A group that loses all its rows takes the row that is farthest from its centre. Of vectors of length 1
 * these are groups of like direction.
 * @param rows (rows, size), f32 @param clusters how many, up to the number of rows
 * @throws ShapeError, ValueError, DTypeError
 */
export function kMeans(rows: Tensor<Shape>, clusters: number, options: KMeansOptions = {}): Clusters {
  const op = "kMeans";
  assertTensor(op, "rows", rows);
  assertWhole(op, "clusters", clusters, 1);
  checkOptions<KMeansOptions>(op, options, { start: aTensor, generator: assertGenerator, maxRounds: atLeastOne });
  const [length, size] = rows.shape;
  if (rows.rank !== 2 || length === undefined || size === undefined)
    throw new ShapeError(op, { rows: rows.shape }, "rows stand one below the other: (rows, size)");
  if (clusters > length) throw new ValueError(op, { rows: rows.shape, clusters }, "there must be a row for each group");
  const { start, maxRounds = 300, generator = new Generator(0) } = options;
  if (start !== undefined && (start.shape[0] !== clusters || start.shape[1] !== size || start.rank !== 2))
    throw new ShapeError(
      op,
      { start: start.shape, clusters, size },
      "there must be a start for each group, as long as a row",
    );
  return scope(() => {
    const matrix = rows as Tensor<[number, number]>;
    const values = matrix.data();
    const squares = Float64Array.from({ length }, (_, row) => squareOf(values, row * size, size));
    let centres =
      start === undefined ? spread(values, length, size, clusters, generator) : Float64Array.from(start.data());
    const widened: Tensor<[number, number]> = concat([matrix, full([length, 1], 1)], 1);
    let labels = new Int32Array(length).fill(-1);
    let inertia = Infinity;
    for (let round = 1; ; round++) {
      const next = scope(() => assign(widened, centres, clusters, size));
      const distances = Float64Array.from(next.labels, (_, row) =>
        Math.max(0, (squares[row] ?? 0) - 2 * (next.scores[row] ?? 0)),
      );
      inertia = distances.reduce((sum, each) => sum + each, 0);
      const changed = next.labels.some((label, row) => label !== labels[row]);
      labels = next.labels;
      if (!changed || round >= maxRounds) {
        const made = fromArray(Float32Array.from(centres), [clusters, size]);
        return { centres: made, labels, inertia, rounds: round };
      }
      centres = means(values, labels, distances, clusters, size);
    }
  });
}

/** The nearest centre of each row: the largest of x · c − ‖c‖² / 2, a product with one more feature. */
function assign(
  widened: Tensor<[number, number]>,
  centres: Float64Array,
  clusters: number,
  size: number,
): { readonly labels: Int32Array<ArrayBuffer>; readonly scores: Float32Array } {
  const wide = new Float32Array(clusters * (size + 1));
  for (let cluster = 0; cluster < clusters; cluster++) {
    for (let at = 0; at < size; at++) wide[cluster * (size + 1) + at] = centres[cluster * size + at] ?? 0;
    wide[cluster * (size + 1) + size] = -squareOf(centres, cluster * size, size) / 2;
  }
  const { values, indices } = similarRows(widened, fromArray(wide, [clusters, size + 1]), 1);
  return { labels: Int32Array.from(indices.data()), scores: values.data() };
}

function means(
  values: Float32Array,
  labels: Int32Array,
  distances: Float64Array,
  clusters: number,
  size: number,
): Float64Array {
  const sums = new Float64Array(clusters * size);
  const counts = new Float64Array(clusters);
  for (const [row, label] of labels.entries()) {
    counts[label] = (counts[label] ?? 0) + 1;
    for (let at = 0; at < size; at++)
      sums[label * size + at] = (sums[label * size + at] ?? 0) + (values[row * size + at] ?? 0);
  }
  const taken = new Set<number>();
  for (let cluster = 0; cluster < clusters; cluster++) {
    const count = counts[cluster] ?? 0;
    if (count > 0) {
      for (let at = 0; at < size; at++) sums[cluster * size + at] = (sums[cluster * size + at] ?? 0) / count;
      continue;
    }
    let farthest = 0;
    for (let row = 0; row < labels.length; row++) {
      if (!taken.has(row) && ((distances[row] ?? 0) > (distances[farthest] ?? 0) || taken.has(farthest)))
        farthest = row;
    }
    taken.add(farthest);
    for (let at = 0; at < size; at++) sums[cluster * size + at] = values[farthest * size + at] ?? 0;
  }
  return sums;
}

/** k-means++: each next start is a row, drawn by its squared distance to the nearest so far. */
function spread(
  values: Float32Array,
  length: number,
  size: number,
  clusters: number,
  generator: Generator,
): Float64Array {
  const starts = new Float64Array(clusters * size);
  const nearest = new Float64Array(length).fill(Infinity);
  const draws = scope(() => generator.uniform([clusters]).data());
  for (let cluster = 0; cluster < clusters; cluster++) {
    const total = cluster === 0 ? length : nearest.reduce((sum, each) => sum + each, 0);
    let left = (draws[cluster] ?? 0) * total;
    let chosen = 0;
    for (let row = 0; row < length; row++) {
      const share = cluster === 0 ? 1 : (nearest[row] ?? 0);
      if (share > 0) chosen = row;
      left -= share;
      if (left < 0) break;
    }
    for (let at = 0; at < size; at++) starts[cluster * size + at] = values[chosen * size + at] ?? 0;
    for (let row = 0; row < length; row++) {
      let distance = 0;
      for (let at = 0; at < size; at++)
        distance += ((values[row * size + at] ?? 0) - (starts[cluster * size + at] ?? 0)) ** 2;
      if (distance < (nearest[row] ?? 0)) nearest[row] = distance;
    }
  }
  return starts;
}

function squareOf(values: ArrayLike<number>, start: number, size: number): number {
  let sum = 0;
  for (let at = start; at < start + size; at++) sum += (values[at] ?? 0) ** 2;
  return sum;
}
