import {
  assertFunction,
  assertTensor,
  assertWhole,
  type Check,
  checkOptions,
  concat,
  fromArray,
  full,
  Generator,
  inCall,
  scope,
  type Shape,
  ShapeError,
  type PointPairs,
  similarRows,
  type Tensor,
  tSneForces,
  unowned,
  ValueError,
  wrongArgument,
} from "@unfoldjs/tensor-core";
import { aSignal } from "../arguments/signal.ts";
import { assertFloats } from "../arguments/floats.ts";
import { centredRows } from "./centred.ts";
import { principalComponents } from "./pca.ts";

/** How far a projection has come. */
export interface ProjectionProgress {
  readonly iteration: number;
  readonly of: number;
  /** The Kullback–Leibler divergence, every fiftieth iteration; undefined between. */
  readonly divergence: number | undefined;
}

/** What `tSne` takes. */
export interface TSneOptions {
  /** Roughly how many neighbours count. Default 30. */
  readonly perplexity?: number;
  /** Default 1000, of which the first 250 exaggerate. */
  readonly iterations?: number;
  /** Of the first places, where there are no principal components to start from. Default 0. */
  readonly seed?: number;
  /** How coarse far points count: 0 is exact. Default 0.5. */
  readonly theta?: number;
  readonly onProgress?: (progress: ProjectionProgress) => void;
  /** Ends it with its reason. */
  readonly signal?: AbortSignal;
}

const EXAGGERATION = 12;
const EXAGGERATED = 250;
/** Neighbours that count, in perplexities (van der Maaten 2014, section 4.1). */
const NEIGHBOURS = 3;
const LOOK_EVERY = 50;
/** Work of so many milliseconds, then others may run: a page draws, a signal comes through. */
const BREATH = 50;

const above: Check = (op, name, value) => {
  if (typeof value !== "number" || !(value > 0 && value < Infinity))
    throw wrongArgument(op, name, value, "a number above 0");
};
const fromZero: Check = (op, name, value) => {
  if (typeof value !== "number" || !(value >= 0 && value < Infinity))
    throw wrongArgument(op, name, value, "a number from 0 up");
};
const whole: Check = (op, name, value) => assertWhole(op, name, value);

/**
 * Places in a plane at which rows that are near each other stay so: t-SNE (van der Maaten & Hinton 2008) by Barnes–Hut (van der
 * Maaten 2014). It starts from the principal components, as scikit-learn's default, and learns at a rate of rows / 12 / 4, at
 * least 50, as there: so the same rows give the same picture. Distances between far groups, and sizes of groups, say little.
 * @param rows (rows, size), f32, at least 4; 10,000 of 100 features take 14 s of one processor
 * @returns (rows, 2), a new tensor
 * @throws ShapeError, ValueError also where an element is not finite, DTypeError, the signal's reason
 */
export async function tSne(rows: Tensor<Shape>, options: TSneOptions = {}): Promise<Tensor<[number, number]>> {
  const op = "tSne";
  assertTensor(op, "rows", rows);
  checkOptions<TSneOptions>(op, options, {
    perplexity: above,
    iterations: whole,
    seed: whole,
    theta: fromZero,
    onProgress: assertFunction,
    signal: aSignal,
  });
  const [length, size] = rows.shape;
  if (rows.rank !== 2 || length === undefined || size === undefined || size === 0)
    throw new ShapeError(op, { rows: rows.shape }, "rows stand one below the other: (rows, size)");
  assertFloats(op, { rows });
  const { perplexity = 30, iterations = 1000, seed = 0, theta = 0.5, onProgress, signal } = options;
  if (length < 4 || perplexity >= length)
    throw new ValueError(op, { rows: rows.shape, perplexity }, "there must be four rows, and more than the perplexity");
  signal?.throwIfAborted();
  const { near, points } = scope(() => {
    // Neither where rows lie nor their scale changes which are near.
    const matrix = centredRows(op, rows as Tensor<[number, number]>).rows;
    return {
      near: similarities(matrix, length, size, perplexity),
      points: inCall(op, () => firstPlaces(matrix, length, size, seed)),
    };
  });
  const pairs = unowned(() => ({
    starts: fromArray(near.starts),
    places: fromArray(near.places),
    probabilities: fromArray(Float32Array.from(near.values)),
  }));
  try {
    let paused = performance.now();
    for (const progress of descend(points, near, pairs, iterations, theta)) {
      onProgress?.(progress);
      if (performance.now() - paused < BREATH) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      paused = performance.now();
    }
  } finally {
    for (const each of Object.values(pairs)) each.dispose();
  }
  return fromArray(Float32Array.from(points), [length, 2]);
}

/** P as rows of places and values. */
interface Sparse {
  readonly starts: Int32Array<ArrayBuffer>;
  readonly places: Int32Array<ArrayBuffer>;
  readonly values: Float64Array;
}

/** The symmetric probabilities p_ij of the nearest rows (van der Maaten 2014, eq. 3). */
function similarities(rows: Tensor<[number, number]>, length: number, size: number, perplexity: number): Sparse {
  const count = Math.min(length - 1, Math.max(1, Math.floor(NEIGHBOURS * perplexity)));
  const { places, squared } = nearestByDistance(rows, length, size, count);
  const conditional = new Float64Array(length * count);
  for (let row = 0; row < length; row++) {
    const part = squared.subarray(row * count, (row + 1) * count);
    conditional.set(withPerplexity(part, Math.min(perplexity, count)), row * count);
  }
  return symmetric(places, conditional, length, count);
}

/** (p_j|i + p_i|j) / 2n of pairs of which there is either: each row's own neighbours, then those that have it as theirs. */
function symmetric(places: Int32Array, conditional: Float64Array, length: number, count: number): Sparse {
  // The transposed matrix, by counting how often each row is a neighbour.
  const from = new Int32Array(length + 1);
  for (const place of places) from[place + 1] = (from[place + 1] as number) + 1;
  for (let row = 0; row < length; row++) from[row + 1] = (from[row + 1] as number) + (from[row] as number);
  const [next, rowsOf, valuesOf] = [
    from.slice(0, length),
    new Int32Array(places.length),
    new Float64Array(places.length),
  ];
  for (const [at, place] of places.entries()) {
    const to = next[place] as number;
    next[place] = to + 1;
    rowsOf[to] = Math.floor(at / count);
    valuesOf[to] = conditional[at] as number;
  }
  const starts = new Int32Array(length + 1);
  const [all, values] = [new Int32Array(2 * places.length), new Float64Array(2 * places.length)];
  const found = new Int32Array(length).fill(-1); // where a neighbour of the row at hand stands
  let end = 0;
  const add = (start: number, place: number, value: number): void => {
    const known = found[place] as number;
    const at = known >= start ? known : end++;
    all[at] = place;
    values[at] = (known >= start ? (values[at] as number) : 0) + value / (2 * length);
    found[place] = at;
  };
  for (let row = 0; row < length; row++) {
    const start = end;
    for (let at = row * count; at < (row + 1) * count; at++)
      add(start, places[at] as number, conditional[at] as number);
    for (let at = from[row] as number; at < (from[row + 1] as number); at++)
      add(start, rowsOf[at] as number, valuesOf[at] as number);
    starts[row + 1] = end;
  }
  return { starts, places: all.slice(0, end), values: values.slice(0, end) };
}

/** The nearest rows of each but itself, and their squared distances: the largest x · y − ‖y‖² / 2. */
function nearestByDistance(
  rows: Tensor<[number, number]>,
  length: number,
  size: number,
  count: number,
): { readonly places: Int32Array; readonly squared: Float64Array } {
  return scope(() => {
    const squares = rows.square().sum(1);
    const asked = concat([rows, full([length, 1], 1)], 1);
    const among = concat([rows, squares.mul(-0.5).unsqueeze(1)], 1);
    const found = similarRows(asked, among, count + 1).indices.data();
    const values = rows.data();
    const places = new Int32Array(length * count);
    const squared = new Float64Array(length * count);
    for (let row = 0; row < length; row++) {
      const own = found.subarray(row * (count + 1), (row + 1) * (count + 1));
      const others = Array.from(own)
        .filter((place) => place !== row)
        .slice(0, count);
      for (const [at, place] of others.entries()) {
        let distance = 0;
        for (let i = 0; i < size; i++)
          distance += ((values[row * size + i] as number) - (values[place * size + i] as number)) ** 2;
        places[row * count + at] = place;
        squared[row * count + at] = distance;
      }
    }
    return { places, squared };
  });
}

/** Gaussian weights whose entropy is that of so many equal neighbours: the width is found by halving. */
function withPerplexity(squared: Float64Array, perplexity: number): Float64Array {
  const wanted = Math.log(perplexity);
  const nearest = squared.reduce((least, each) => Math.min(least, each), Infinity);
  // A width as of the distances: they may be of any scale.
  const spread = squared.reduce((sum, each) => sum + (each - nearest), 0) / squared.length;
  let [low, high, beta] = [0, Infinity, spread > 0 ? 1 / spread : 1];
  let weights = new Float64Array(squared.length);
  for (let round = 0; round < 100; round++) {
    let [sum, weighted] = [0, 0];
    weights = squared.map((each) => {
      const weight = Math.exp(-beta * (each - nearest));
      sum += weight;
      weighted += weight * (each - nearest);
      return weight;
    });
    const entropy = Math.log(sum) + (beta * weighted) / sum;
    for (let at = 0; at < weights.length; at++) weights[at] = (weights[at] as number) / sum;
    if (Math.abs(entropy - wanted) < 1e-5) break;
    if (entropy > wanted) [low, beta] = [beta, high === Infinity ? beta * 2 : (beta + high) / 2];
    else [high, beta] = [beta, (beta + low) / 2];
  }
  return weights;
}

/** Principal components of a spread of 10⁻⁴; chance where there are not two. */
function firstPlaces(rows: Tensor<[number, number]>, length: number, size: number, seed: number): Float64Array {
  const points = scope(() =>
    size < 2
      ? Float64Array.from(new Generator(seed).normal([length, 2]).data())
      : Float64Array.from(principalComponents(rows, 2).project(rows).data()),
  );
  let sum = 0;
  for (let at = 0; at < length; at++) sum += (points[2 * at] as number) ** 2;
  const deviation = Math.sqrt(sum / length) || 1;
  return points.map((each) => (each / deviation) * 1e-4);
}

/** Gradient descent with momentum and gains (van der Maaten & Hinton 2008, section 3.4). */
function* descend(
  points: Float64Array,
  near: Sparse,
  pairs: PointPairs,
  iterations: number,
  theta: number,
): Iterable<ProjectionProgress> {
  const length = points.length / 2;
  const rate = Math.max(50, length / EXAGGERATION / 4);
  const [velocity, gains] = [new Float64Array(points.length), new Float64Array(points.length).fill(1)];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const early = iteration <= EXAGGERATED;
    if (iteration === EXAGGERATED + 1) {
      // What was learnt of other forces does not carry on, as in scikit-learn: few rows would not come to rest.
      velocity.fill(0);
      gains.fill(1);
    }
    const looks = iteration % LOOK_EVERY === 0 || iteration === iterations;
    const exaggeration = early ? EXAGGERATION : 1;
    const { gradient, sum } = scope(() => {
      const places = fromArray(Float32Array.from(points), [length, 2]);
      const found = inCall("tSne", () => tSneForces(places, pairs, { theta, exaggeration }));
      return { gradient: found.gradient.data(), sum: found.sum.item() };
    });
    const divergence = looks ? divergenceAt(points, near, sum) : undefined;
    const momentum = early ? 0.5 : 0.8;
    for (let at = 0; at < points.length; at++) {
      const [g, v] = [gradient[at] as number, velocity[at] as number];
      const gain = Math.max(0.01, g * v < 0 ? (gains[at] as number) + 0.2 : (gains[at] as number) * 0.8);
      gains[at] = gain;
      velocity[at] = momentum * v - rate * gain * g;
      points[at] = (points[at] as number) + (velocity[at] as number);
    }
    yield { iteration, of: iterations, divergence };
  }
}

/** Σ p log(p / q) over the pairs that have a p (van der Maaten & Hinton 2008, eq. 2), with q = (1 + d²)⁻¹ / sum. */
function divergenceAt(points: Float64Array, { starts, places, values }: Sparse, sum: number): number {
  let divergence = 0;
  for (let row = 0; row < starts.length - 1; row++) {
    for (let k = starts[row] as number; k < (starts[row + 1] as number); k++) {
      const other = places[k] as number;
      const dx = (points[2 * row] as number) - (points[2 * other] as number);
      const dy = (points[2 * row + 1] as number) - (points[2 * other + 1] as number);
      const p = values[k] as number;
      if (p > 0) divergence += p * Math.log(p * sum * (1 + dx * dx + dy * dy));
    }
  }
  return divergence;
}
