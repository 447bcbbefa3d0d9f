import { defaultGenerator, type Parameter, parameter, uniform } from "@unfoldjs/nn";
import { type Generator, inCall } from "@unfoldjs/tensor-core";

/** The vector v that makes one number of what a small network's hidden units say: uniform in ±1 / √hiddenSize. */
export function energyWeight(op: string, hiddenSize: number, generator: Generator = defaultGenerator()): Parameter {
  const bound = 1 / Math.sqrt(hiddenSize);
  return inCall(op, () => parameter(() => uniform<number[]>([hiddenSize], { low: -bound, high: bound, generator })));
}
