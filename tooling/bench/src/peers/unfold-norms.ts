import { vjp, type WithGradient } from "@unfoldjs/autograd";
import { batchNorm, fromArray, layerNorm, scope, type Tensor } from "@unfoldjs/tensor-core";
import type { NormGradientProblem } from "../layer-problems.ts";
import type { Contender } from "../work.ts";

/** Value and gradients for an upstream gradient, as a layer within a network has it. */
export function normGradient({ kind, shape, epsilon, ...given }: NormGradientProblem): Contender {
  const inputs = {
    x: fromArray(given.x, shape),
    weight: fromArray(given.weight, [given.weight.length]),
    bias: fromArray(given.bias, [given.bias.length]),
  };
  const upstream: Tensor = fromArray(given.upstream, shape);
  const normalise = ({ x, weight, bias }: typeof inputs): Tensor =>
    kind === "layer" ? layerNorm(x, weight, bias, epsilon) : batchNorm(x, weight, bias, epsilon).y;
  const differentiate = (): WithGradient<typeof inputs, Tensor> => vjp(normalise, inputs, upstream);
  return {
    run: () => scope(() => void differentiate()),
    outputs: () =>
      scope(() => {
        const { value, gradient } = differentiate();
        const { x, weight, bias } = gradient;
        return { y: value.data(), x: x.data(), weight: weight.data(), bias: bias.data() };
      }),
    dispose: () => [...Object.values(inputs), upstream].forEach((each) => each.dispose()),
  };
}
