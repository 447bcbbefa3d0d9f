import { assertFinite, assertWhole, fromArray, type Tensor, ValueError } from "@unfoldjs/tensor-core";

/** Options of kernels that are sampled from a formula. */
export interface KernelSize {
  /** Rows and columns. Default: as many, an odd number, as the formula needs to fade out. */
  readonly size?: number;
}

/** A formula's values at the places of a kernel: x grows to the right and y downwards, both 0 in the middle. */
export function sampled(op: string, size: number, formula: (x: number, y: number) => number): Float64Array {
  assertSize(op, "size", size);
  const values = new Float64Array(size ** 2);
  const middle = (size - 1) / 2;
  for (let at = 0; at < values.length; at++) {
    values[at] = formula((at % size) - middle, Math.floor(at / size) - middle);
  }
  return values;
}

/** Larger than any picture that such kernels are laid on; a slip in a unit would else fill the memory. */
const MOST = 4096;

/** @throws ValueError unless it is a whole number from 1 to 4096 */
export function assertSize(op: string, name: string, value: unknown): asserts value is number {
  assertWhole(op, name, value, 1);
  if (value <= MOST) return;
  throw new ValueError(
    op,
    { [name]: value },
    `${name} must be ${MOST} at most`,
    "where none is given it follows from the widths: are they in pixels?",
  );
}

export function kernelOf(size: number, values: Float64Array): Tensor<[number, number]> {
  return fromArray(Float32Array.from(values), [size, size]);
}

/** Four standard deviations on each side of the middle, as scipy's filters take. */
export function sizeFor(deviation: number): number {
  return 2 * Math.floor(4 * deviation + 0.5) + 1;
}

export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** @throws ValueError unless it is a finite number above 0 */
export function assertPositive(op: string, name: string, value: unknown): asserts value is number {
  assertFinite(op, name, value);
  if (value > 0) return;
  throw new ValueError(op, { [name]: value }, `${name} must be above 0`);
}
