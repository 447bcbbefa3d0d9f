/** A picture in doubles, row after row: where a comparison of nearly equal numbers decides, single ones would decide otherwise. */
export interface Plane {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** The gradient of a plane by Sobel's kernels: positive downwards, and to the right. */
export interface PlaneGradient {
  readonly down: Float64Array;
  readonly right: Float64Array;
  readonly magnitude: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** A plane under a Gaussian of 4σ on each side, of which only what lies on the picture counts. */
export function smoothed(plane: Plane, sigma: number): Plane {
  const { height, width } = plane;
  // Weights farther out than the picture is large lie on nothing.
  const radius = Math.min(Math.floor(4 * sigma + 0.5), Math.max(height, width));
  // Divided by what the part of the Gaussian on the picture adds up to, and the smallest step above 1, as scikit-image does: without
  // the step, values that are equal there are not here, and the other way round.
  if (radius === 0) return { height, width, values: plane.values.map((value) => value / (1 + Number.EPSILON)) };
  const weights = Float64Array.from({ length: radius + 1 }, (_, at) => Math.exp((-0.5 / sigma ** 2) * at ** 2));
  const sum = pairwise(Float64Array.from({ length: 2 * radius + 1 }, (_, at) => weights[Math.abs(at - radius)] ?? 0));
  const scaled = weights.map((weight) => weight / sum);
  const whole = alongBoth({ height, width, values: new Float64Array(height * width).fill(1) }, scaled);
  const { values } = alongBoth(plane, scaled);
  return { height, width, values: values.map((value, at) => value / ((whole.values[at] ?? 0) + Number.EPSILON)) };
}

/**
 * A sum of doubles in NumPy's order of additions, eight running sums and halves of what is long: another last bit of the weights would
 * break a tie between two sides of an edge, and move it by a pixel.
 */
function pairwise(values: Float64Array): number {
  const { length } = values;
  if (length > 128) {
    const half = Math.floor(length / 2);
    const cut = half - (half % 8);
    return pairwise(values.subarray(0, cut)) + pairwise(values.subarray(cut));
  }
  const whole = length < 8 ? 0 : length - (length % 8);
  const sums = new Float64Array(8);
  for (let at = 0; at < whole; at++) sums[at % 8] = (sums[at % 8] ?? 0) + (values[at] ?? 0);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
  return values.subarray(whole).reduce((sum, value) => sum + value, a + b + (c + d) + (e + f + (g + h)));
}

function alongBoth({ values, height, width }: Plane, weights: Float64Array): Plane {
  const down = along(values, weights, height, width, width, 1);
  return { height, width, values: along(down, weights, width, height, 1, width) };
}

/**
 * The weights laid along one axis, with nothing outside. Pairs at the same distance are added first: a picture that is its own
 * mirror image stays one to the last digit.
 */
function along(
  values: Float64Array,
  weights: Float64Array,
  length: number,
  lines: number,
  step: number,
  lineStep: number,
): Float64Array {
  const out = new Float64Array(values.length);
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < length; at++) {
      const from = line * lineStep;
      let sum = (values[from + at * step] ?? 0) * (weights[0] ?? 0);
      for (let distance = weights.length - 1; distance > 0; distance--) {
        const before = at >= distance ? (values[from + (at - distance) * step] ?? 0) : 0;
        const after = at + distance < length ? (values[from + (at + distance) * step] ?? 0) : 0;
        sum += (before + after) * (weights[distance] ?? 0);
      }
      out[from + at * step] = sum;
    }
  }
  return out;
}

/** Sobel's gradient, with the border's own pixels repeated around it. */
export function gradientOf({ values, height, width }: Plane): PlaneGradient {
  const down = new Float64Array(values.length);
  const right = new Float64Array(values.length);
  for (let row = 0; row < height; row++) {
    const above = Math.max(row - 1, 0) * width;
    const below = Math.min(row + 1, height - 1) * width;
    for (let column = 0; column < width; column++) {
      const [before, after] = [Math.max(column - 1, 0), Math.min(column + 1, width - 1)];
      const fall = (at: number): number => (values[below + at] ?? 0) - (values[above + at] ?? 0);
      const rise = (from: number): number => (values[from + after] ?? 0) - (values[from + before] ?? 0);
      down[row * width + column] = fall(column) * 2 + (fall(before) + fall(after));
      right[row * width + column] = rise(row * width) * 2 + (rise(above) + rise(below));
    }
  }
  const magnitude = down.map((value, at) => Math.sqrt(value ** 2 + (right[at] ?? 0) ** 2));
  return { down, right, magnitude, height, width };
}
