import {
  anyNumber,
  assertGenerator,
  assertShape,
  checkOptions,
  fromArray,
  type Generator,
  inCall,
  scope,
  type Shape,
  ShapeError,
  type Sizes,
  type Tensor,
} from "@unfoldjs/tensor-core";
import { defaultGenerator } from "./default-generator.ts";
import { normal } from "./spread.ts";

export interface OrthogonalOptions {
  /** See `calculateGain`. Default 1. */
  readonly gain?: number;
  readonly generator?: Generator;
}

/**
 * A random orthogonal matrix times `gain` (Saxe, McClelland & Ganguli 2014), every one equally likely: of axes (out, in · kernel)
 * the rows, or the columns if those are fewer, have length 1 and stand at right angles. Products by it keep the length of
 * what they multiply, which is why recurrent weights start well from it.
 * @param shape (out, in, …kernel)
 * @throws ShapeError below two axes
 */
export function orthogonal<const S extends Shape>(shape: S, options: OrthogonalOptions = {}): Tensor<Sizes<S>> {
  assertShape("orthogonal", "shape", shape);
  checkOptions("orthogonal", options, { gain: anyNumber, generator: assertGenerator });
  const { gain = 1, generator = defaultGenerator() } = options;
  if (shape.length < 2) {
    throw new ShapeError("orthogonal", { shape }, "an orthogonal matrix has at least two axes (out, in)");
  }
  return inCall("orthogonal", () =>
    scope(() => {
      const [out = 0] = shape;
      const drawn = normal<Shape>(shape, { generator });
      const length = out === 0 ? 0 : drawn.size / out;
      const isWide = out <= length;
      const rows = rowsOf(drawn.data(), out, length, isWide);
      orthonormalise(rows);
      const values = new Float32Array(drawn.size);
      rows.forEach((row, i) =>
        row.forEach((value, j) => (values[isWide ? i * length + j : j * length + i] = gain * value)),
      );
      return fromArray<Shape>(values, shape) as Tensor<Sizes<S>>;
    }),
  );
}

/** The rows of a matrix, or its columns, in f64. */
function rowsOf(values: Float32Array, out: number, length: number, isWide: boolean): Float64Array[] {
  if (isWide)
    return Array.from({ length: out }, (_, i) => Float64Array.from(values.subarray(i * length, (i + 1) * length)));
  return Array.from({ length }, (_, j) => Float64Array.from({ length: out }, (__, i) => values[i * length + j] ?? 0));
}

/**
 * Gram–Schmidt: makes each row orthogonal to those before, and 1 long. Twice is enough for full precision (Giraud et al. 2005).
 * Of normally distributed rows that gives every orthogonal matrix with the same probability, as QR does only once the signs of
 * its diagonal are put right (Mezzadri 2007).
 */
function orthonormalise(rows: readonly Float64Array[]): void {
  for (const [at, row] of rows.entries()) {
    for (let round = 0; round < 2; round++) {
      for (const before of rows.slice(0, at)) {
        const along = dot(row, before);
        for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) - along * (before[i] as number);
      }
    }
    const length = Math.sqrt(dot(row, row));
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / length;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
