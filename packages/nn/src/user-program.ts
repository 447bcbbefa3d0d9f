// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import {
  accuracy,
  Adam,
  backward,
  batches,
  crossEntropy,
  evaluate,
  fit,
  LayerNorm,
  Linear,
  manualSeed,
  Module,
  mse,
  Parameter,
  ReLU,
  Sequential,
  splitExamples,
  tabular,
  Tanh,
} from "./index.ts";
import { linear, relu, tensor, type Tensor, zeros } from "@unfoldjs/tensor-core";

class Regressor extends Module {
  hidden = new Linear(4, 16);
  norm = new LayerNorm(16);
  weight = new Parameter(zeros([1, 16]));
  bias = new Parameter(zeros([1]));
  override forward(x: Tensor): Tensor {
    const hidden = this.norm.forward(relu(this.hidden.forward(x)));
    return linear(hidden, this.weight, this.bias).add(hidden.mul(this.weight).sum(1, true));
  }
}

manualSeed(1);
const model = new Sequential(new Linear(2, 8), new Tanh(), new Linear(8, 2));
const optimizer = new Adam(model.parameters(), { learningRate: 0.05 });
const points = tensor([0, 0, 0, 1, 1, 0, 1, 1]).reshape([4, 2]);
const xor = tensor([0, 1, 1, 0], "i32");
for (let step = 0; step < 300; step++) {
  backward(model, () => crossEntropy(model.forward(points), xor));
  optimizer.step();
}
console.log(model.forward(points).argmax(1).toArray());

const flowers = tabular({ x: [[5.1, 3.5, 1.4, 0.2]], y: [0] }, { dtypes: { y: "i32" } });
const [learned, unseen] = splitExamples(flowers, 120, { shuffle: 1 });
const classifier = new Sequential(new Linear(4, 16), new ReLU(), new Linear(16, 3));
const task = {
  forward: ({ x }: { x: Tensor }) => classifier.forward(x),
  loss: (logits: Tensor, { y }: { y: Tensor<[number], "i32"> }) => crossEntropy(logits, y),
  metrics: { accuracy: (logits: Tensor, { y }: { y: Tensor<[number], "i32"> }) => accuracy(logits, y) },
};
const { history } = await fit(classifier, batches(learned, 16, { shuffle: 2 }), {
  ...task,
  epochs: 3,
  optimizer: new Adam(classifier.parameters()),
});
const result = await evaluate(classifier, batches(unseen, 16), task);
console.log(history, result);

const regressor = new Regressor();
console.log(backward(regressor, () => mse(regressor.forward(zeros([8, 4])), zeros([8, 1]))));
