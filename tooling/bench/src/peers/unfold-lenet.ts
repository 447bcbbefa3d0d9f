import { noGrad } from "@unfoldjs/autograd";
import { Adam, backward, crossEntropy } from "@unfoldjs/nn";
import { fromArray, scope, type Tensor } from "@unfoldjs/tensor-core";
import { LeNet5 } from "@unfoldjs/vision-layers";
import type { Contender, LeNetProblem } from "../work.ts";

/** LeNet's step as a training loop has it: `backward`, which returns the loss, and `optimizer.step()`. */
export function lenetStep({ batch, images, labels, parameters }: LeNetProblem): Contender {
  const model = new LeNet5();
  const optimizer = new Adam(model.parameters());
  const x = fromArray(images, [batch, 1, 28, 28]);
  const classes = fromArray(labels, [batch]);
  scope(() =>
    model.loadStateDict(
      Object.fromEntries(parameters.map(({ name, shape, values }) => [name, fromArray(values, shape)])),
    ),
  );
  const loss = (): Tensor => crossEntropy(model.forward(x), classes);
  return {
    run() {
      backward(model, loss);
      optimizer.step();
    },
    outputs() {
      const before = backward(model, loss);
      const gradients = model.parameters().flatMap(({ grad }) => [...(grad?.data() ?? [])]);
      optimizer.step();
      return { loss: [before], gradients, nextLoss: [noGrad(() => scope(() => loss().item()))] };
    },
    dispose() {
      model.dispose();
      x.dispose();
      classes.dispose();
    },
  };
}
