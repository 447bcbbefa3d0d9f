import { assertFinite, assertOneOf } from "@unfoldjs/tensor-core";
/** An activation that follows a layer, as far as the scale of its first weights goes. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

const GAINS: Readonly<Record<Exclude<Nonlinearity, "leakyRelu">, number>> = {
  linear: 1,
  sigmoid: 1,
  tanh: 5 / 3,
  relu: Math.SQRT2,
  selu: 3 / 4,
};

/**
 * By how much weights are made larger so that an activation leaves the variance of its input as it was: PyTorch's
 * `nn.init.calculate_gain`.
 * @param negativeSlope of leaky ReLU
 */
export function calculateGain(nonlinearity: Nonlinearity, negativeSlope = 0.01): number {
  assertNonlinearity("calculateGain", "nonlinearity", nonlinearity);
  assertFinite("calculateGain", "negativeSlope", negativeSlope);
  return nonlinearity === "leakyRelu" ? Math.sqrt(2 / (1 + negativeSlope ** 2)) : GAINS[nonlinearity];
}

/** @throws ValueError unless it is the name of one that has a gain */
export function assertNonlinearity(op: string, name: string, value: unknown): void {
  assertOneOf(op, name, value, [...Object.keys(GAINS), "leakyRelu"]);
}
