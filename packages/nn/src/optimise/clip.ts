import { max, scope, sumOfSquares, type Tensor, wrongArgument } from "@unfoldjs/tensor-core";
import { isParameter, type Parameter } from "../module/parameter.ts";
import { assertParameterList, assertSetting } from "./groups.ts";

/** Added to the norm that is divided by, as in PyTorch. */
const EPSILON = 1e-6;

/**
 * Shortens all gradients together, by one factor, if the length of the vector they make up is above `maxNorm`
 * (Pascanu et al. 2013). With `Infinity` they stay as they are.
 * @returns that length before; NaN or ∞ if a gradient has such an element, and then nothing is changed
 */
export function clipGradNorm(parameters: Iterable<Parameter>, maxNorm: number): number {
  if (maxNorm !== Infinity) assertSetting("clipGradNorm", "maxNorm", maxNorm, 0);
  const gradients = freshGradients("clipGradNorm", parameters);
  const norm = normOf(gradients);
  const factor = maxNorm / (norm + EPSILON);
  if (factor < 1 && norm < Infinity) {
    for (const gradient of gradients) scope(() => void gradient.assign(gradient.mul(factor)));
  }
  return norm;
}

/** The length of all gradients that no step has used yet as one vector; NaN or ∞ if one of their elements is. */
export function gradNorm(parameters: Iterable<Parameter>): number {
  return normOf(freshGradients("gradNorm", parameters));
}

function normOf(gradients: readonly Tensor[]): number {
  const squares = gradients.reduce((sum, gradient) => sum + sumOfSquares(gradient), 0);
  if (Number.isFinite(squares)) return Math.sqrt(squares);
  // Squares of elements beyond 1.8e19 are more than an f32 holds. In units of the largest element they are at most 1.
  const largest = gradients.reduce((most, gradient) => Math.max(most, largestIn(gradient)), 0);
  if (!Number.isFinite(largest)) return largest;
  const shares = gradients.reduce((sum, gradient) => sum + scope(() => sumOfSquares(gradient.div(largest))), 0);
  return largest * Math.sqrt(shares);
}

/** The largest magnitude; NaN if an element is. */
function largestIn(gradient: Tensor): number {
  return gradient.size === 0 ? 0 : scope(() => max(gradient.abs()).item());
}

/** Limits every element of every gradient to ±`limit`. */
export function clipGradValue(parameters: Iterable<Parameter>, limit: number): void {
  assertSetting("clipGradValue", "limit", limit, 0);
  for (const gradient of freshGradients("clipGradValue", parameters)) {
    scope(() => void gradient.assign(gradient.clamp(-limit, limit)));
  }
}

/**
 * The gradients that no step has used yet, each once however often its parameter comes; of a table of which rows were
 * looked up, those rows.
 */
function freshGradients(op: string, parameters: Iterable<Parameter>): Tensor[] {
  assertParameterList(op, parameters);
  const all = [...new Set(parameters)];
  for (const each of all) if (!isParameter(each)) throw wrongArgument(op, "parameters", each, "parameters");
  return all.flatMap(({ hasFreshGrad, grad, rowGrad }) => {
    const gradient = grad ?? rowGrad?.values;
    return hasFreshGrad && gradient !== undefined ? [gradient] : [];
  });
}
