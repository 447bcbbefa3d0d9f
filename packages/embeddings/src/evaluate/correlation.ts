import { ShapeError } from "@unfoldjs/tensor-core";
import { assertVector, type Vector } from "../similarity/cosine.ts";

/**
 * Pearson's correlation of two lists: how near their points are to a line. NaN where a list is constant, or has one number.
 * @throws ShapeError if lengths differ, ValueError
 */
export function pearson(x: Vector, y: Vector): number {
  assertPair("pearson", x, y);
  return correlation(x, y);
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, where equal numbers share the mean of theirs. NaN has no rank, and gives NaN.
 * @throws ShapeError if lengths differ, ValueError
 */
export function spearman(x: Vector, y: Vector): number {
  assertPair("spearman", x, y);
  if (x.some((each: number) => Number.isNaN(each)) || y.some((each: number) => Number.isNaN(each))) return NaN;
  return correlation(ranks(x), ranks(y));
}

function correlation(x: Vector, y: Vector): number {
  if (isConstant(x) || isConstant(y)) return NaN; // which a mean that is rounded would hide
  const [meanX, meanY] = [mean(x), mean(y)];
  let [both, ofX, ofY] = [0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    const [dx, dy] = [(x[at] ?? 0) - meanX, (y[at] ?? 0) - meanY];
    both += dx * dy;
    ofX += dx * dx;
    ofY += dy * dy;
  }
  return both / Math.sqrt(ofX * ofY);
}

function isConstant(x: Vector): boolean {
  return x.every((each: number) => each === x[0]);
}

function mean(x: Vector): number {
  let sum = 0;
  for (const each of x) sum += each;
  return sum / x.length;
}

/** From 1 up; equal numbers share the mean of theirs. */
function ranks(x: Vector): Float64Array {
  const order = Array.from(x.keys()).toSorted((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const all = new Float64Array(x.length);
  for (let first = 0; first < order.length;) {
    let last = first;
    while (last + 1 < order.length && x[order[last + 1] ?? 0] === x[order[first] ?? 0]) last++;
    for (let at = first; at <= last; at++) all[order[at] ?? 0] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return all;
}

function assertPair(op: string, x: Vector, y: Vector): void {
  assertVector(op, "x", x);
  assertVector(op, "y", y);
  if (x.length !== y.length) throw new ShapeError(op, { x: [x.length], y: [y.length] }, "lists must be equally long");
}
