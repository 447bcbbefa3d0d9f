import type { Vector } from "../similarity/cosine.ts";

/** sum += sign · v / ‖v‖, or v as it is. */
export function addUnit(sum: Float64Array, vector: Vector, sign: number, isUnit = true): void {
  let length = 1;
  if (isUnit) {
    length = 0;
    for (const each of vector) length += each * each;
    length = length === 0 ? 1 : Math.sqrt(length);
  }
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (sign * (vector[at] ?? 0)) / length;
}

/** v / ‖v‖, in f32; a vector of zeros stays one. */
export function unitOf(vector: Vector): Float32Array {
  const sum = new Float64Array(vector.length);
  addUnit(sum, vector, 1);
  return Float32Array.from(sum);
}
