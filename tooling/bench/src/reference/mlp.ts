import type { MlpProblem, Outputs } from "../work.ts";
import { dense, type Layer, type Parameter, relu } from "./layers.ts";
import { classifierStep } from "./training-step.ts";

/** A multilayer perceptron's step, see `classifierStep`. */
export function mlpStep(problem: MlpProblem): Outputs {
  return classifierStep(mlp, problem);
}

/** Dense layers with ReLU between them. */
function mlp(parameters: readonly Parameter[]): readonly Layer[] {
  const layers: Layer[] = [];
  for (let i = 0; i < parameters.length; i += 2) {
    const [weight, bias] = parameters.slice(i, i + 2);
    if (!weight || !bias) throw new RangeError("mlp: each layer has a weight and a bias");
    layers.push(...(i === 0 ? [] : [relu()]), dense(weight, bias));
  }
  return layers;
}
