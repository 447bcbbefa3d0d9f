import { backward, mse, SGD } from "@unfoldjs/nn";
import { Generator, tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { Conv2d } from "../layers/conv2d.ts";
import { correlate } from "./correlate.ts";
import { edgeKernels } from "./edge-kernels.ts";

test("a kernel learned by gradient descent from pictures and their Sobel edges is Sobel's to 1e-3", () => {
  const pictures = new Generator(1).normal([4, 1, 16, 16]);
  const sobel = tensor(edgeKernels.sobel.vertical);
  const edges = tensor([0, 1, 2, 3].map((at) => [correlate(pictures.at(at, 0), sobel).toArray() as number[][]]));
  const layer = new Conv2d(1, 1, 3, { bias: false, generator: new Generator(2) });
  const optimizer = new SGD(layer.parameters(), { learningRate: 0.2 });
  const farthest = (): number => {
    const wanted = sobel.data();
    return Math.max(...layer.weight.data().map((weight, at) => Math.abs(weight - (wanted[at] ?? NaN))));
  };
  expect(farthest()).toBeGreaterThan(1);
  for (let step = 0; step < 60; step++) {
    backward(layer, () => mse(layer.forward(pictures), edges));
    optimizer.step();
  }
  expect(farthest()).toBeLessThan(1e-3);
});
