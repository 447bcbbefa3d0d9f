import { noGrad } from "@unfoldjs/autograd";
import { crossEntropy } from "@unfoldjs/nn";
import { fromArray, scope, type Tensor } from "@unfoldjs/tensor-core";
import type { NetworkProblem, NetworkStepProblem } from "../network-problems.ts";
import { learningNetwork, networkInUse } from "../networks.ts";
import type { Contender } from "../work.ts";
import { stepOf } from "./unfold-training.ts";

/** A network in use: the model of vision-layers itself. */
export function network({ network: name, shape, images }: NetworkProblem): Contender {
  const model = networkInUse(name, shape[2]);
  const x: Tensor = fromArray(images, shape);
  return {
    run: () => noGrad(() => model.forward(x).dispose()),
    outputs: () => noGrad(() => scope(() => ({ logits: model.forward(x).data() }))),
    dispose() {
      model.dispose();
      x.dispose();
    },
  };
}

export function networkStep({ network: name, shape, images, labels, parameters }: NetworkStepProblem): Contender {
  const model = learningNetwork(name, 10);
  const [x, classes] = [fromArray(images, shape) as Tensor, fromArray(labels, [labels.length])];
  return stepOf(model, parameters, [x, classes], () => crossEntropy(model.forward(x), classes), { strict: false });
}
