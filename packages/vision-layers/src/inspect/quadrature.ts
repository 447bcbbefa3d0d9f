/** Where along a path from 0 to 1 a function is looked at, and what each place counts. */
export interface Quadrature {
  readonly places: readonly number[];
  readonly weights: readonly number[];
}

/** How an integral from 0 to 1 becomes a sum. */
export type QuadratureMethod = "gaussLegendre" | "left" | "middle" | "right" | "trapezoid";

/** By as many places. The weights add up to 1. */
export function quadrature(method: QuadratureMethod, steps: number): Quadrature {
  if (method === "gaussLegendre") return gaussLegendre(steps);
  const at = (place: (step: number) => number): number[] => Array.from({ length: steps }, (_, step) => place(step));
  const even = at(() => 1 / steps);
  if (method === "left") return { places: at((step) => step / steps), weights: even };
  if (method === "middle") return { places: at((step) => (step + 0.5) / steps), weights: even };
  if (method === "right" || steps === 1) return { places: at((step) => (step + 1) / steps), weights: even };
  const parts = steps - 1;
  return {
    places: at((step) => step / parts),
    weights: at((step) => (step === 0 || step === parts ? 0.5 : 1) / parts),
  };
}

/**
 * The roots of the Legendre polynomial of degree n, moved from [−1, 1] to [0, 1]: exact for polynomials of degree 2n − 1. Newton's
 * method from Tricomi's estimate (Press et al. 2007, "Numerical Recipes", section 4.6).
 */
function gaussLegendre(steps: number): Quadrature {
  const [places, weights] = [Array<number>(steps).fill(0), Array<number>(steps).fill(0)];
  for (let root = 0; root < steps; root++) {
    let x = Math.cos((Math.PI * (root + 0.75)) / (steps + 0.5));
    let slope = 1;
    for (let iteration = 0; iteration < 100; iteration++) {
      const value = legendre(steps, x);
      slope = (steps * (x * value.own - value.before)) / (x * x - 1);
      const next = x - value.own / slope;
      const isThere = Math.abs(next - x) < 1e-15;
      x = next;
      if (isThere) break;
    }
    places[steps - 1 - root] = (1 + x) / 2;
    weights[steps - 1 - root] = 1 / ((1 - x * x) * slope * slope);
  }
  return { places, weights };
}

/** The Legendre polynomials of degrees n and n − 1: (k + 1) P(k + 1) = (2k + 1) x P(k) − k P(k − 1). */
function legendre(degree: number, x: number): { own: number; before: number } {
  let [own, before] = [1, 0];
  for (let k = 0; k < degree; k++) [own, before] = [((2 * k + 1) * x * own - k * before) / (k + 1), own];
  return { own, before };
}
