// What a user writes in a first afternoon. What its types cost is budgeted: see `tooling/check/typecheck.mjs`.

import { Adam, backward, crossEntropy, Flatten, Linear, manualSeed, Module, ReLU, Sequential } from "@unfoldjs/nn";
import { Generator, tensor, type Tensor } from "@unfoldjs/tensor-core";
import { BatchNorm2d, Conv2d, LeNet5, MaxPool2d } from "./index.ts";

class Net extends Module {
  conv = new Conv2d(1, 8, 3, { padding: 1 });
  norm = new BatchNorm2d(8);
  pool = new MaxPool2d(2);
  head = new Linear(8 * 14 * 14, 4);
  override forward(x: Tensor<[number, 1, 28, 28]>): Tensor<[number, 4]> {
    const features = this.pool.forward(this.norm.forward(this.conv.forward(x)).relu());
    return this.head.forward(features.flatten(1));
  }
}

manualSeed(1);
const [pictures, labels] = [new Generator(2).uniform([4, 1, 28, 28]), tensor([0, 1, 2, 3], "i32")];
const layers = new Sequential(
  new Conv2d(1, 4, 3, { padding: 1 }),
  new ReLU(),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(4 * 14 * 14, 4),
);
for (const model of [new LeNet5({ classes: 4 }), layers]) {
  const optimizer = new Adam(model.parameters());
  backward(model, () => crossEntropy(model.forward(pictures), labels));
  optimizer.step();
}
const net = new Net();
console.log(backward(net, () => crossEntropy(net.forward(pictures), labels)));
console.log(net.forward(pictures).argmax(1).toArray());
