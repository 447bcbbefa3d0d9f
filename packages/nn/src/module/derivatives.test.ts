import { checkpoint, grad, hvp, jvp, valueAndGrad } from "@unfoldjs/autograd";
import { data, Generator, scope, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { Dropout } from "../layers/dropout.ts";
import { Linear } from "../layers/linear.ts";
import { Tanh } from "../layers/activation.ts";
import { Sequential } from "../layers/sequential.ts";
import { backward } from "../train/backward.ts";
import type { Module } from "./module.ts";

/** A net of its own each time, always with the same numbers. */
function net(): { model: Sequential; x: Tensor; dispose: () => void } {
  const generator = new Generator(5);
  const model = new Sequential(
    new Linear(3, 4, { generator }),
    new Tanh(),
    new Dropout(0.3, { generator: new Generator(9) }),
    new Linear(4, 2, { generator }),
  );
  const x: Tensor = generator.normal([5, 3]).keep();
  return { model, x, dispose: () => (model.dispose(), x.dispose()) };
}

const numbers = (gradients: Readonly<Record<string, Tensor | undefined>>): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(gradients).map(([name, each]) => [name, each === undefined ? [] : [...data(each)]]),
  );

test("the gradient by a model is a record of what backward fills in, by path", () => {
  const [first, second] = [net(), net()];
  scope(() => {
    const { value, gradient } = valueAndGrad((model: Sequential) => model.forward(first.x).square().mean())(
      first.model,
    );
    const loss = backward(second.model, () => second.model.forward(second.x).square().mean());
    expect(value.item()).toBe(loss);
    expect(Object.keys(gradient)).toEqual(["0.weight", "0.bias", "3.weight", "3.bias"]);
    const filled = second.model.namedParameters().map(([path, { grad: own }]) => [path, own] as const);
    expect(numbers(gradient)).toEqual(numbers(Object.fromEntries(filled)));
  });
  first.dispose();
  second.dispose();
});

test("a frozen layer has no gradient and no direction", () => {
  const { model, x, dispose } = net();
  model.freeze(1);
  model.eval();
  scope(() => {
    const loss = (at: Module): Tensor => (at as Sequential).forward(x).square().mean();
    const gradient = grad(loss)(model);
    expect(Object.keys(gradient)).toEqual(["3.weight", "3.bias"]);
    // The slope along the gradient is its squared length.
    const slope = jvp(loss, model, gradient).tangent.item();
    const squared = Object.values(gradient).reduce((sum, each) => sum + each.square().sum().item(), 0);
    expect(slope).toBeCloseTo(squared, 5);
    expect(Object.keys(hvp(loss, model, gradient))).toEqual(["3.weight", "3.bias"]);
  });
  dispose();
});

test("a checkpointed layer fills in the same gradients, bit for bit", () => {
  const [plain, saving] = [net(), net()];
  backward(plain.model, () => plain.model.forward(plain.x).square().mean());
  backward(saving.model, () =>
    checkpoint((x: Tensor) => saving.model.forward(x))(saving.x)
      .square()
      .mean(),
  );
  const filled = (model: Sequential): Record<string, number[]> =>
    numbers(Object.fromEntries(model.namedParameters().map(([path, { grad: own }]) => [path, own])));
  expect(filled(saving.model)).toEqual(filled(plain.model));
  plain.dispose();
  saving.dispose();
});
