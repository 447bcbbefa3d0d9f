import {
  assertTensor,
  assertWhole,
  eigh,
  fromArray,
  inCall,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  ValueError,
} from "@unfoldjs/tensor-core";
import { assertFloats } from "../arguments/floats.ts";
import { powerFor } from "./centred.ts";

/** The directions in which rows spread most. */
export interface PrincipalComponents {
  /** (size): the mean of the rows. */
  readonly mean: Float64Array;
  /** Directions, each of length 1, that of the largest variance first; its largest element is positive. */
  readonly components: readonly Float64Array[];
  /** Variance along each, divided by rows − 1. */
  readonly explainedVariance: Float64Array;
  /** Its share of all variance. */
  readonly explainedVarianceRatio: Float64Array;
  /** Coordinates of rows along the directions: (rows, count), a new tensor. */
  project(rows: Tensor<Shape>): Tensor<[number, number]>;
}

/** Rows whose products are added up in f32 before they go on in f64. */
const BLOCK = 4096;

/**
 * Principal components (Hotelling 1933), by the eigenvectors of the covariance: sums over rows in f64, then `eigh`.
 * As scikit-learn's `PCA`, up to signs.
 * @param rows (rows, size), f32 @param count how many directions, up to `size`
 * @throws ShapeError, ValueError, DTypeError
 */
export function principalComponents(rows: Tensor<Shape>, count: number): PrincipalComponents {
  const op = "principalComponents";
  assertTensor(op, "rows", rows);
  assertWhole(op, "count", count, 1);
  const [length, size] = rows.shape;
  if (rows.rank !== 2 || length === undefined || size === undefined)
    throw new ShapeError(op, { rows: rows.shape }, "rows stand one below the other: (rows, size)");
  if (length < 2 || count > size)
    throw new ValueError(
      op,
      { rows: rows.shape, count },
      `there must be two rows, and no more than ${size} directions`,
    );
  assertFloats(op, { rows });
  const matrix = rows as Tensor<[number, number]>;
  const mean = meanOf(matrix, length, size);
  // Squares of very small or large elements are no f32s: variances are taken of others, and are as many times larger.
  const scale = powerFor(largestOf(matrix, mean, length, size));
  const covariance = covarianceOf(matrix, mean, scale, length, size);
  const { values: scaled, vectors } = inCall(op, () => descending(covariance, size));
  const values = scaled.map((each) => each / scale / scale);
  const total = scaled.reduce((sum, each) => sum + each, 0);
  const components = Array.from({ length: count }, (_, k) => vectors.slice(k * size, (k + 1) * size));
  return {
    mean,
    components,
    explainedVariance: values.slice(0, count),
    explainedVarianceRatio: scaled.slice(0, count).map((each) => (total === 0 ? 0 : each / total)),
    project(more) {
      assertTensor("PrincipalComponents.project", "rows", more);
      if (more.rank !== 2 || more.shape[1] !== size)
        throw new ShapeError("PrincipalComponents.project", { rows: more.shape }, `rows must have ${size} elements`);
      assertFloats("PrincipalComponents.project", { rows: more });
      return scope(() => {
        const directions = fromArray(Float32Array.from(components.flatMap((each) => [...each])), [count, size]);
        const near = Float32Array.from(mean);
        const centred = (more as Tensor<[number, number]>).sub(fromArray(near, [1, size]));
        // What of the mean is no f32: it may be more than rows differ by.
        const left = components.map((each) =>
          each.reduce((sum, x, at) => sum + x * ((mean[at] ?? 0) - (near[at] ?? 0)), 0),
        );
        return centred.matmul(directions.transpose()).sub(fromArray(Float32Array.from(left), [1, count]));
      });
    },
  };
}

/** Eigenvalues, the largest first, and eigenvectors as rows. A variance is not negative, whatever rounding says. */
function descending(
  covariance: Float64Array,
  size: number,
): { readonly values: Float64Array; readonly vectors: Float64Array } {
  return scope(() => {
    const { eigenvalues, eigenvectors } = eigh(fromArray(Float32Array.from(covariance), [size, size]));
    return {
      values: Float64Array.from(eigenvalues.flip(0).data(), (each) => Math.max(0, each)),
      vectors: Float64Array.from(eigenvectors.transpose().flip(0).data()),
    };
  });
}

/** By differences from the first row, so that rows that are all alike are their mean to the last bit. */
function meanOf(rows: Tensor<[number, number]>, length: number, size: number): Float64Array {
  const sum = new Float64Array(size);
  const first = scope(() => rows.at(0).data());
  blocks(rows, length, (block) => {
    for (const [at, each] of block
      .sub(fromArray(first, [1, size]))
      .sum(0)
      .data()
      .entries())
      sum[at] = (sum[at] ?? 0) + each;
  });
  return sum.map((each, at) => (first[at] ?? 0) + each / length);
}

/** The largest magnitude of rows less their mean. */
function largestOf(rows: Tensor<[number, number]>, mean: Float64Array, length: number, size: number): number {
  const centre = Float32Array.from(mean);
  let largest = 0;
  blocks(rows, length, (block) => {
    largest = Math.max(
      largest,
      block
        .sub(fromArray(centre, [1, size]))
        .abs()
        .max()
        .item(),
    );
  });
  return largest;
}

/** The covariance of rows times `scale`. */
function covarianceOf(
  rows: Tensor<[number, number]>,
  mean: Float64Array,
  scale: number,
  length: number,
  size: number,
): Float64Array {
  const sums = new Float64Array(size * size);
  const centre = Float32Array.from(mean);
  blocks(rows, length, (block) => {
    const centred = block.sub(fromArray(centre, [1, size])).mul(scale);
    for (const [at, each] of centred.transpose().matmul(centred).data().entries()) sums[at] = (sums[at] ?? 0) + each;
  });
  // What of the mean is no f32 was not taken away.
  const left = mean.map((each, at) => (each - (centre[at] ?? 0)) * scale);
  return sums.map((each, at) => {
    const product = (left[Math.floor(at / size)] ?? 0) * (left[at % size] ?? 0);
    return (each - length * product) / (length - 1);
  });
}

function blocks(rows: Tensor<[number, number]>, length: number, f: (block: Tensor<[number, number]>) => void): void {
  for (let start = 0; start < length; start += BLOCK) {
    scope(() => f(rows.slice(0, start, Math.min(length, start + BLOCK))));
  }
}
