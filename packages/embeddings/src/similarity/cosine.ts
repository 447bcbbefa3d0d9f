import { ShapeError, ValueError, wrongArgument } from "@unfoldjs/tensor-core";

/** A vector as plain numbers: what `WordVectors` gives, an array, or a tensor's `data()`. */
export type Vector = Float32Array | Float64Array | readonly number[];

/**
 * How much two vectors point the same way: sim(u, v) = uᵀv / (‖u‖₂ ‖v‖₂), in f64. A vector of zeros points nowhere, and is
 * as similar to anything as a right angle: 0.
 * @param u of any length @param v as long as `u`
 * @returns from −1 (opposite) over 0 (at right angles) to 1 (the same direction)
 * @throws ShapeError if the lengths differ @throws ValueError unless both are vectors of numbers
 */
export function cosineSimilarity(u: Vector, v: Vector): number {
  assertPair("cosineSimilarity", u, v);
  let [product, ofU, ofV] = [0, 0, 0];
  for (let at = 0; at < u.length; at++) {
    const [x = 0, y = 0] = [u[at], v[at]];
    product += x * y;
    ofU += x * x;
    ofV += y * y;
  }
  return ofU === 0 || ofV === 0 ? 0 : clamp(product / (Math.sqrt(ofU) * Math.sqrt(ofV)));
}

/**
 * The distance between the ends of two vectors, ‖u − v‖₂, in f64. Unlike `cosineSimilarity` it depends on how long they
 * are: frequent words often have longer vectors.
 * @param u of any length @param v as long as `u`
 * @throws ShapeError if the lengths differ @throws ValueError unless both are vectors of numbers
 */
export function euclideanDistance(u: Vector, v: Vector): number {
  assertPair("euclideanDistance", u, v);
  let sum = 0;
  for (let at = 0; at < u.length; at++) sum += ((u[at] ?? 0) - (v[at] ?? 0)) ** 2;
  return Math.sqrt(sum);
}

/** Rounding may put a direction's similarity with itself a little above 1. */
function clamp(cosine: number): number {
  return cosine > 1 ? 1 : cosine < -1 ? -1 : cosine;
}

function assertPair(op: string, u: Vector, v: Vector): void {
  assertVector(op, "u", u);
  assertVector(op, "v", v);
  if (u.length === v.length) return;
  throw new ShapeError(op, { u: [u.length], v: [v.length] }, "vectors must be equally long");
}

/** @throws ValueError unless it is a list of finite numbers: one that is not points nowhere, and nothing is near it */
export function assertFiniteVector(op: string, name: string, vector: unknown): asserts vector is Vector {
  assertVector(op, name, vector);
  const at = vector.findIndex((each: number) => !Number.isFinite(each));
  if (at >= 0)
    throw new ValueError(op, { [name]: [vector.length], at, value: vector[at] ?? NaN }, "numbers must be finite");
}

/** @throws ValueError unless it is a list of numbers */
export function assertVector(op: string, name: string, vector: unknown): asserts vector is Vector {
  if (vector instanceof Float32Array || vector instanceof Float64Array) return;
  if (!Array.isArray(vector)) throw wrongArgument(op, name, vector, "a vector: a Float32Array or an array of numbers");
  const wrong = vector.findIndex((each) => typeof each !== "number");
  if (wrong < 0) return;
  throw new ValueError(
    op,
    { [name]: `${vector.length} elements, the one at ${wrong} no number` },
    "a vector holds numbers",
  );
}
