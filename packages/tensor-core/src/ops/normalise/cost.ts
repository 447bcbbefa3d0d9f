import type { AnyTensor } from "../../dispatch/results.ts";

/** Products that a normalisation adds up: each deviation's square to the variance, and each x̂ · weight to the bias. */
export function normaliseMultiplyAdds(x: AnyTensor, weight: AnyTensor | undefined): number {
  return x.size * (weight === undefined ? 1 : 2);
}

/** Those of its gradient: dy · x̂ to a sum for all, and again, times a factor, to each dx. */
export function gradientMultiplyAdds(
  x: AnyTensor,
  asked: { readonly x?: AnyTensor | undefined; readonly weight?: AnyTensor | undefined },
): number {
  if (asked.x !== undefined) return 2 * x.size;
  return asked.weight === undefined ? 0 : x.size;
}
