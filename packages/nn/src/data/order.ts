import type { Generator } from "@unfoldjs/tensor-core";

/** How many batches' worth of examples are sorted by length together: enough for little padding, few enough for chance. */
const POOL = 100;

/** What decides which examples are in which batch. */
export interface OrderOf {
  /** Number of examples. */
  readonly count: number;
  /** Examples in a batch. */
  readonly size: number;
  readonly dropLast: boolean;
  /** In order if undefined. */
  readonly generator: Generator | undefined;
  /** The examples' lengths, if similar ones are to come together. */
  readonly lengths: Float64Array | undefined;
}

/**
 * The places of the examples of each batch of a pass. All that is drawn is drawn here, so that the same state of the
 * generator gives the same pass.
 *
 * With lengths, the examples, in the order drawn, are sorted by length within pools of 100 batches, cut, and the batches
 * shuffled: short and long ones alternate, and who is with whom differs from pass to pass (Khomenko et al. 2016 call it
 * bucketing). Without a generator all are sorted, the shortest first.
 */
export function batchesOfPass({ count, size, dropLast, generator, lengths }: OrderOf): Int32Array[] {
  const drawn = generator === undefined ? Int32Array.from({ length: count }, (_, i) => i) : shuffled(count, generator);
  // What is dropped is dropped before sorting, else it would always be the longest.
  const order = dropLast ? drawn.subarray(0, count - (count % size)) : drawn;
  if (lengths === undefined) return slices(order, size);
  const pool = generator === undefined ? Math.max(1, order.length) : POOL * size;
  const sorted = slices(order, pool).flatMap((part) => slices(part.toSorted(byLength(lengths)), size));
  if (generator === undefined) return sorted;
  return Array.from(shuffled(sorted.length, generator), (at) => sorted[at] as Int32Array);
}

/** Sorting is stable: equally long ones stay in the order drawn. */
function byLength(lengths: Float64Array): (a: number, b: number) => number {
  return (a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0);
}

function slices(order: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size));
}

/** 0 … count − 1 in an order drawn from `generator`. */
export function shuffled(count: number, generator: Generator): Int32Array {
  const order = generator.permutation(count);
  try {
    return order.data();
  } finally {
    order.dispose();
  }
}
