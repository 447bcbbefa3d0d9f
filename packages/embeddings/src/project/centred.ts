import { fromArray, type Tensor, ValueError } from "@unfoldjs/tensor-core";

/** Rows about one point, none of whose elements is beyond ±1. */
export interface Centred {
  /** (rows, size): (x − centre) · scale. */
  readonly rows: Tensor<[number, number]>;
  /** (size): the mean of the rows, in f32's digits. */
  readonly centre: Float32Array;
  /** A power of two. */
  readonly scale: number;
}

/**
 * Rows less their mean, times a power of two: distances between them are taken from products, in which a mean that is far from 0, or
 * squares that are no f32s any more, would leave nothing of them.
 * @throws ValueError if an element is NaN or infinite
 */
export function centredRows(op: string, rows: Tensor<[number, number]>): Centred {
  const [length, size] = rows.shape;
  const values = rows.data();
  const sums = new Float64Array(size);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (!Number.isFinite(value)) {
      const row = Math.floor(at / size);
      throw new ValueError(op, { rows: rows.shape, row, value }, "elements must be finite", "leave such rows out");
    }
    sums[at % size] = (sums[at % size] ?? 0) + value;
  }
  const centre = Float32Array.from(sums, (sum) => (length === 0 ? 0 : sum / length));
  let largest = 0;
  for (let at = 0; at < values.length; at++) {
    largest = Math.max(largest, Math.abs((values[at] ?? 0) - (centre[at % size] ?? 0)));
  }
  const scale = powerFor(largest);
  const centred = values.map((value, at) => (value - (centre[at % size] ?? 0)) * scale);
  return { rows: fromArray(centred, [length, size]), centre, scale };
}

/** The power of two that brings the largest magnitude of some numbers between ½ and 1; 1 of none. */
export function powerFor(largest: number): number {
  let scale = 1;
  if (!(largest > 0 && largest < Infinity)) return scale;
  while (largest * scale > 1) scale /= 2;
  while (largest * scale <= 0.5) scale *= 2;
  return scale;
}
