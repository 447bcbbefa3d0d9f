import type { LeNetProblem, Outputs } from "../work.ts";
import { convolution, dense, type Layer, type Parameter, pooling, relu } from "./layers.ts";
import { classifierStep } from "./training-step.ts";

/** LeNet-5's step, see `classifierStep`. */
export function lenetStep({ images, ...problem }: LeNetProblem): Outputs {
  return classifierStep(lenet, { ...problem, inputs: images });
}

function lenet(parameters: readonly Parameter[]): readonly Layer[] {
  const [w1, b1, w2, b2, w3, b3, w4, b4, w5, b5] = parameters;
  if (!w1 || !b1 || !w2 || !b2 || !w3 || !b3 || !w4 || !b4 || !w5 || !b5) throw new RangeError("lenet: 10 parameters");
  return [
    convolution(w1, b1, { channels: 1, size: 28, padding: 2 }),
    relu(),
    pooling({ channels: 6, size: 28 }),
    convolution(w2, b2, { channels: 6, size: 14, padding: 0 }),
    relu(),
    pooling({ channels: 16, size: 10 }),
    dense(w3, b3),
    relu(),
    dense(w4, b4),
    relu(),
    dense(w5, b5),
  ];
}
