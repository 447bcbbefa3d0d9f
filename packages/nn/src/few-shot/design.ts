import { fromArray, scope, type Tensor } from "@unfoldjs/tensor-core";

/** Features brought to one scale, in as few columns as there are examples, and the way back. */
export interface Design {
  /** (examples, columns), row-major. */
  readonly rows: Float64Array;
  readonly examples: number;
  readonly columns: number;
  /**
   * The linear layer of features, from one of rows.
   * @param weight (columns, classes), row-major @param bias (classes)
   * @returns weight (classes, features) and bias (classes)
   */
  back(weight: Float64Array, bias: Float64Array): { readonly weight: Float64Array; readonly bias: Float64Array };
}

/** Added to the diagonal, as a share of its mean: features less their mean have one direction less than examples. */
const JITTER = 1e-6;
/** The variance, for a mean of 1, of four last places of f32. */
const ROUNDING = 2 ** -44;
/** Of a variance whose root a weight of f32 can divide by. */
const SMALLEST = 1e-70;

/**
 * Each feature less its mean and by its deviation, all by the root of their number, so that a penalty means the same for 100 features
 * as for 2,000. Where there are fewer examples than features, all that a linear layer with a penalty can make of them is in their
 * products (the representer theorem, Kimeldorf & Wahba 1970): rows R with R Rᵀ = Z Zᵀ stand for the scaled features Z, and
 * weights V of R for Zᵀ R⁻ᵀ V of Z, whose length is the same.
 * @param standardise whether features are brought to one scale; else rows are the features as they are
 */
export function designOf(features: Tensor, standardise: boolean): Design {
  const [examples = 0, size = 0] = features.shape;
  const { mean, scale } = standardise ? scalesOf(features, examples, size) : unscaled(size);
  const scaled = Float64Array.from(features.data(), (value, at) => {
    const feature = at % size;
    return (value - (mean[feature] ?? 0)) * (scale[feature] ?? 0);
  });
  const unscale = (weight: Float64Array, bias: Float64Array): ReturnType<Design["back"]> => {
    const classes = bias.length;
    const out = { weight: new Float64Array(classes * size), bias: bias.slice() };
    for (let feature = 0; feature < size; feature++) {
      for (let to = 0; to < classes; to++) {
        const value = (weight[feature * classes + to] ?? 0) * (scale[feature] ?? 0);
        out.weight[to * size + feature] = value;
        out.bias[to] = (out.bias[to] ?? 0) - value * (mean[feature] ?? 0);
      }
    }
    return out;
  };
  if (size <= examples) return { rows: scaled, examples, columns: size, back: unscale };
  const root = rootOf(productsOf(scaled, examples, size), examples);
  return {
    rows: root,
    examples,
    columns: examples,
    back: (weight, bias) => {
      const classes = bias.length;
      const mixed = solvedFromBelow(root, weight, examples, classes); // R⁻ᵀ V
      const full = new Float64Array(size * classes);
      for (let example = 0; example < examples; example++) {
        for (let feature = 0; feature < size; feature++) {
          const value = scaled[example * size + feature] ?? 0;
          for (let to = 0; to < classes; to++) {
            const at = feature * classes + to;
            full[at] = (full[at] ?? 0) + value * (mixed[example * classes + to] ?? 0);
          }
        }
      }
      return unscale(full, bias);
    },
  };
}

interface Scales {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

function unscaled(size: number): Scales {
  return { mean: new Float64Array(size), scale: new Float64Array(size).fill(1) };
}

function scalesOf(features: Tensor, examples: number, size: number): Scales {
  const values = features.data();
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  for (let at = 0; at < values.length; at++) mean[at % size] = (mean[at % size] ?? 0) + (values[at] ?? 0) / examples;
  for (let at = 0; at < values.length; at++) {
    const apart = (values[at] ?? 0) - (mean[at % size] ?? 0);
    square[at % size] = (square[at % size] ?? 0) + (apart * apart) / examples;
  }
  // A feature that is the same for all, but for the rounding of f32, says nothing.
  const scale = square.map((variance, at) => {
    const least = Math.max(ROUNDING * (mean[at] ?? 0) ** 2, SMALLEST);
    return variance > least ? 1 / Math.sqrt(variance * size) : 0;
  });
  return { mean, scale };
}

/** Z Zᵀ. */
function productsOf(scaled: Float64Array, examples: number, size: number): Float64Array {
  return scope(() => {
    const z: Tensor = fromArray(Float32Array.from(scaled), [examples, size]);
    return Float64Array.from(z.matmul(z.transpose()).data());
  });
}

/** The lower triangular R with R Rᵀ = the matrix, by Cholesky's method. */
function rootOf(matrix: Float64Array, n: number): Float64Array {
  const root = new Float64Array(n * n);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += matrix[i * n + i] ?? 0;
  const jitter = (JITTER * trace) / n + Number.MIN_VALUE;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (matrix[i * n + j] ?? 0) + (i === j ? jitter : 0);
      for (let k = 0; k < j; k++) sum -= (root[i * n + k] ?? 0) * (root[j * n + k] ?? 0);
      // What rounding in f32 made of a direction that is not there.
      root[i * n + j] = i === j ? Math.sqrt(Math.max(sum, jitter)) : sum / (root[j * n + j] ?? 1);
    }
  }
  return root;
}

/** X with Rᵀ X = V, from the last row up. */
function solvedFromBelow(root: Float64Array, right: Float64Array, n: number, columns: number): Float64Array {
  const solved = right.slice();
  for (let i = n - 1; i >= 0; i--) {
    for (let column = 0; column < columns; column++) {
      let sum = solved[i * columns + column] ?? 0;
      for (let k = i + 1; k < n; k++) sum -= (root[k * n + i] ?? 0) * (solved[k * columns + column] ?? 0);
      solved[i * columns + column] = sum / (root[i * n + i] ?? 1);
    }
  }
  return solved;
}
