import { scope, sumOfSquares, type Tensor } from "@unfoldjs/tensor-core";
import type { Parameter } from "../module/parameter.ts";
import { assertSetting } from "./groups.ts";

/** Added to the norm that is divided by, as in PyTorch. */
const EPSILON = 1e-6;

/**
 * Shortens all gradients together, by one factor, if the length of the vector they make up is above `maxNorm`
 * (Pascanu et al. 2013).
 * @returns that length before; NaN or ∞ if a gradient has such an element, and then nothing is changed
 */
export function clipGradNorm(parameters: Iterable<Parameter>, maxNorm: number): number {
  assertSetting("clipGradNorm", "maxNorm", maxNorm, 0);
  const gradients = freshGradients(parameters);
  const norm = Math.sqrt(gradients.reduce((sum, gradient) => sum + sumOfSquares(gradient), 0));
  const factor = maxNorm / (norm + EPSILON);
  if (factor < 1) for (const gradient of gradients) scope(() => void gradient.assign(gradient.mul(factor)));
  return norm;
}

/** Limits every element of every gradient to ±`limit`. */
export function clipGradValue(parameters: Iterable<Parameter>, limit: number): void {
  assertSetting("clipGradValue", "limit", limit, 0);
  for (const gradient of freshGradients(parameters)) {
    scope(() => void gradient.assign(gradient.clamp(-limit, limit)));
  }
}

/**
 * The gradients that no step has used yet, each once however often its parameter comes; of a table of which rows were
 * looked up, those rows.
 */
function freshGradients(parameters: Iterable<Parameter>): Tensor[] {
  return [...new Set(parameters)].flatMap(({ hasFreshGrad, grad, rowGrad }) => {
    const gradient = grad ?? rowGrad?.values;
    return hasFreshGrad && gradient !== undefined ? [gradient] : [];
  });
}
