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
import { assertFloats } from "../arguments/floats.ts";
import { type Centred, centredRows } from "../project/centred.ts";

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

/** How far a product of f32s may be off, as a share of itself. */
const ROUNDING = 1 / 2 ** 23;

const aTensor: Check = (op, name, value) => assertTensor(op, name, value);
const atLeastOne: Check = (op, name, value) => assertWhole(op, name, value, 1);

/**
 * Groups of rows near one mean each (Lloyd 1982), started by k-means++ (Arthur & Vassilvitskii 2007). It goes on until no row
 * changes its group. A group that loses all its rows takes the row that is farthest from its centre. Of vectors of length 1
 * these are groups of like direction.
 * @param rows (rows, size), f32 @param clusters how many, up to the number of rows
 * @throws ShapeError, ValueError also where an element is not finite, DTypeError
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
  assertFloats(op, { rows, start });
  if (start?.data().every(Number.isFinite) === false)
    throw new ValueError(op, { start: start.shape }, "elements of start must be finite");
  return scope(() => {
    const matrix = rows as Tensor<[number, number]>;
    const values = matrix.data();
    const centred = centredRows(op, matrix);
    let centres =
      start === undefined ? spread(values, length, size, clusters, generator) : Float64Array.from(start.data());
    const widened: Tensor<[number, number]> = concat([centred.rows, full([length, 1], 1)], 1);
    const lengths = scope(() => centred.rows.square().sum(1).sqrt().data());
    const near = { widened, lengths, values, ...centred };
    let labels = new Int32Array(length).fill(-1);
    let inertia = Infinity;
    for (let round = 1; ; round++) {
      const next = scope(() => assign(near, centres, clusters, size));
      // By differences: of products nothing would be left where groups are much nearer together than they are far away.
      const distances = Float64Array.from(next, (label, row) =>
        distance(values, row * size, centres, label * size, size),
      );
      inertia = distances.reduce((sum, each) => sum + each, 0);
      const changed = next.some((label, row) => label !== labels[row]);
      labels = next;
      if (!changed || round >= maxRounds) {
        const made = fromArray(Float32Array.from(centres), [clusters, size]);
        return { centres: made, labels, inertia, rounds: round };
      }
      centres = means(values, labels, distances, clusters, size);
    }
  });
}

/** Rows as they are compared with centres. */
interface Near extends Centred {
  /** Centred rows with one more feature, 1. */
  readonly widened: Tensor<[number, number]>;
  /** Of centred rows. */
  readonly lengths: Float32Array;
  /** The rows as they were given. */
  readonly values: Float32Array;
}

/**
 * The nearest centre of each row: the largest of x · c − ‖c‖² / 2, a product with one more feature. Where two are so near that
 * rounding may decide, all distances are taken.
 */
function assign(
  { widened, lengths, values, centre, scale }: Near,
  centres: Float64Array,
  clusters: number,
  size: number,
): Int32Array<ArrayBuffer> {
  const wide = new Float32Array(clusters * (size + 1));
  let longest = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    let square = 0;
    for (let at = 0; at < size; at++) {
      const value = ((centres[cluster * size + at] ?? 0) - (centre[at] ?? 0)) * scale;
      wide[cluster * (size + 1) + at] = value;
      square += value * value;
    }
    wide[cluster * (size + 1) + size] = -square / 2;
    longest = Math.max(longest, Math.sqrt(square));
  }
  const count = Math.min(2, clusters);
  const found = similarRows(widened, fromArray(wide, [clusters, size + 1]), count);
  const [scores, places] = [found.values.data(), found.indices.data()];
  return Int32Array.from(lengths, (length, row) => {
    const best = places[row * count] ?? 0;
    if (count < 2) return best;
    const rounding = (size + 8) * ROUNDING * longest * (length + longest);
    const [first = 0, second = 0] = scores.subarray(row * count, row * count + 2);
    if (first - second > rounding) return best;
    let nearest = 0;
    let least = Infinity;
    for (let cluster = 0; cluster < clusters; cluster++) {
      const apart = distance(values, row * size, centres, cluster * size, size);
      if (apart < least) [nearest, least] = [cluster, apart];
    }
    return nearest;
  });
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
      const apart = distance(values, row * size, starts, cluster * size, size);
      if (apart < (nearest[row] ?? 0)) nearest[row] = apart;
    }
  }
  return starts;
}

/** The squared distance of two stretches of `size` numbers. */
function distance(x: ArrayLike<number>, from: number, y: ArrayLike<number>, other: number, size: number): number {
  let sum = 0;
  for (let at = 0; at < size; at++) sum += ((x[from + at] ?? 0) - (y[other + at] ?? 0)) ** 2;
  return sum;
}
