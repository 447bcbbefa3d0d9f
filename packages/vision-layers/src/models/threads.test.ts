import { setTimeout as pause } from "node:timers/promises";
import { Adam, backward, crossEntropy, manualSeed } from "@unfoldjs/nn";
import { Generator, runtime, scope } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { LeNet5 } from "./lenet5.ts";

/** All weights after fifty steps on random pictures, and the last loss. */
function train(threads: number): readonly number[] {
  runtime.configure({ threads });
  manualSeed(3);
  const generator = new Generator(5);
  const [images, labels] = [generator.normal([32, 1, 28, 28]), generator.integers([32], 0, 10)];
  const model = new LeNet5();
  const optimizer = new Adam(model.parameters());
  let loss = NaN;
  for (let step = 0; step < 50; step++) {
    loss = backward(model, () => crossEntropy(model.forward(images), labels));
    optimizer.step();
  }
  const weights = model.parameters().flatMap((parameter) => [...parameter.data()]);
  for (const each of [model, images, labels]) each.dispose();
  return [...weights, loss];
}

test("fifty steps of training end with the same bits on one, two and four threads", async () => {
  runtime.configure({ threads: 4 });
  while (runtime.info().threads < 4) {
    scope(() => new Generator(1).normal([1 << 20]).exp());
    await pause(5);
  }
  const [one, ...others] = [1, 2, 4].map(train);
  expect(one?.at(-1)).toBeLessThan(2.3);
  for (const other of others) expect(other).toEqual(one);
});
