/** A point's value and slope. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface MinimiseOptions {
  /** Default 200. */
  readonly iterations?: number;
  /** The largest number of the gradient at which it is done. Default 1e-6. */
  readonly tolerance?: number;
}

/** Steps that are remembered. */
const MEMORY = 10;
/** A step must bring this share of what the slope promises (Armijo 1966). */
const SUFFICIENT = 1e-4;
const HALVINGS = 30;
/** Differences of values that are no more than rounding. */
const ROUNDING = 2 ** -22;

/**
 * Minimises a smooth convex function by L-BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5), with steps halved until they bring
 * enough. Numbers are added, multiplied, divided and rooted only, so that every engine takes the same steps.
 */
export function minimise(
  evaluate: (point: Float64Array) => Slope,
  start: Float64Array,
  { iterations = 200, tolerance = 1e-6 }: MinimiseOptions = {},
): Float64Array {
  let point = start;
  let here = evaluate(point);
  const steps: { readonly moved: Float64Array; readonly turned: Float64Array; readonly product: number }[] = [];
  for (let iteration = 0; iteration < iterations && largest(here.gradient) > tolerance; iteration++) {
    const direction = towards(here.gradient, steps);
    const slope = dot(direction, here.gradient);
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient))) : 1;
    let next: { readonly point: Float64Array; readonly at: Slope } | undefined;
    for (let halving = 0; halving < HALVINGS && next === undefined; halving++, length /= 2) {
      const tried = added(point, direction, length);
      const at = evaluate(tried);
      const enough = here.value + SUFFICIENT * length * slope + ROUNDING * Math.abs(here.value);
      if (at.value <= enough) next = { point: tried, at };
    }
    if (next === undefined) return point; // as far as rounding lets it
    const moved = added(next.point, point, -1);
    const turned = added(next.at.gradient, here.gradient, -1);
    const product = dot(moved, turned);
    if (product > 0) steps.push({ moved, turned, product });
    if (steps.length > MEMORY) steps.shift();
    ({ point, at: here } = next);
  }
  return point;
}

/** −H g by the two loops over the steps that are remembered. */
function towards(
  gradient: Float64Array,
  steps: readonly { readonly moved: Float64Array; readonly turned: Float64Array; readonly product: number }[],
): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { moved, turned, product } of steps.toReversed()) {
    const share = dot(moved, direction) / product;
    shares.unshift(share);
    addTo(direction, turned, -share);
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const scale = last.product / dot(last.turned, last.turned);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] ?? 0) * scale;
  }
  for (const [at, { moved, turned, product }] of steps.entries()) {
    addTo(direction, moved, (shares[at] ?? 0) - dot(turned, direction) / product);
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function addTo(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (other[i] ?? 0);
}

function added(a: Float64Array, b: Float64Array, factor: number): Float64Array {
  const sum = a.slice();
  addTo(sum, b, factor);
  return sum;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
