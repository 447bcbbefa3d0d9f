import type { NamedArray, Outputs } from "../work.ts";
import { at, increase } from "./elements.ts";
import type { Layer, Parameter } from "./layers.ts";

/** A batch of examples with their classes, and the parameters of what is to tell these. */
interface ClassifierProblem {
  readonly batch: number;
  /** (batch, features of one example) */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly parameters: readonly NamedArray[];
}

/** Loss and gradients of the mean cross-entropy over the batch, and the loss after one step of Adam. */
export function classifierStep(
  network: (parameters: readonly Parameter[]) => readonly Layer[],
  problem: ClassifierProblem,
): Outputs {
  const parameters = inDoubles(problem.parameters);
  const layers = network(parameters);
  return stepOf(parameters, () => forwardAndBackward(layers, problem));
}

/** Parameters in f64, with gradients of zeros. */
export function inDoubles(parameters: readonly NamedArray[]): readonly Parameter[] {
  return parameters.map(({ values }) => ({
    value: Float64Array.from(values),
    gradient: new Float64Array(values.length),
  }));
}

/** @param run gives the loss, and adds to the parameters' gradients */
export function stepOf(parameters: readonly Parameter[], run: () => number): Outputs {
  const loss = run();
  const gradients = parameters.flatMap(({ gradient }) => [...gradient]);
  for (const { value, gradient } of parameters) {
    // Adam's first step: both running averages, corrected for their start at zero, are the gradient and its square.
    gradient.forEach((g, i) => increase(value, i, (-0.001 * g) / (Math.abs(g) + 1e-8)));
  }
  return { loss: [loss], gradients, nextLoss: [run()] };
}

function forwardAndBackward(layers: readonly Layer[], { batch, inputs, labels }: ClassifierProblem): number {
  const features = inputs.length / batch;
  let loss = 0;
  for (let n = 0; n < batch; n++) {
    const example = Float64Array.from(inputs.subarray(n * features, (n + 1) * features));
    const logits = layers.reduce<Float64Array>((x, layer) => layer.forward(x), example);
    const { loss: one, gradient } = crossEntropy(logits, at(labels, n), batch);
    loss += one;
    layers.reduceRight<Float64Array>((dy, layer) => layer.backward(dy), gradient);
  }
  return loss;
}

/** One example's part of the mean over `count`, and its gradient. */
export function crossEntropy(
  logits: Float64Array,
  label: number,
  count: number,
): { readonly loss: number; readonly gradient: Float64Array } {
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return {
    loss: (Math.log(total) - at(logits, label)) / count,
    gradient: logits.map((logit, i) => (Math.exp(logit) / total - Number(i === label)) / count),
  };
}
