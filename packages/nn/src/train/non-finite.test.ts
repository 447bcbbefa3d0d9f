import { memory, ones, type Shape, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Buffer } from "../module/buffer.ts";
import { Module } from "../module/module.ts";
import { Parameter } from "../module/parameter.ts";
import { clipGradNorm, gradNorm } from "../optimise/clip.ts";
import { SGD } from "../optimise/sgd.ts";
import { backward } from "./backward.ts";
import type { FitOptions } from "./fit-options.ts";
import { fit } from "./fit.ts";

type Options = FitOptions<Tensor, Tensor>;

describe.each([
  ["without clipping", undefined],
  ["with clipping", 1],
])("a training %s", (_, clipNorm) => {
  const data = [ones([3, 2]) as Tensor];
  const setUp = (loss: Options["loss"]): { model: Linear; options: Options } => {
    const model = new Linear(2, 1);
    const options = { epochs: 1, forward: (x: Tensor) => model.forward(x), loss };
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    return { model, options: clipNorm === undefined ? { ...options, optimizer } : { ...options, optimizer, clipNorm } };
  };
  const weights = (model: Linear): number[][] => model.parameters().map((parameter) => [...parameter.data()]);

  test("stops before a gradient that is not finite reaches the weights, though the loss is", async () => {
    // √(Σ y²) at y = 0: the value is 0, and its slope 0 / 0.
    const { model, options } = setUp((y) => y.mul(0).square().sum().sqrt());
    const before = weights(model);
    await expect(fit(model, data, options)).rejects.toThrow(
      /the gradient is not a finite number[^]*loss +0[^]*gradient +not finite, of weight/,
    );
    expect(weights(model)).toEqual(before);
    expect(model.parameters().map(({ grad }) => grad)).toEqual([undefined, undefined]);
  });

  test("leaves no gradients that a retry would add to", async () => {
    const { model, options } = setUp((y) => y.square().mean().div(0));
    await expect(fit(model, data, options)).rejects.toThrow(/the loss is not a finite number/);
    expect(model.parameters().some(({ hasFreshGrad }) => hasFreshGrad)).toBe(false);
    const { history } = await fit(model, data, { ...options, loss: (y) => y.square().mean() });
    expect(history[0]?.loss).toBeGreaterThan(0);
    expect(weights(model).flat().every(Number.isFinite)).toBe(true);
  });

  test("leaves none after any other error either, and takes none over that were there", async () => {
    const { model, options } = setUp((y) => y.square().mean());
    const straight = new Linear(2, 1);
    straight.loadStateDict(model.stateDict());
    const optimizer = new SGD(straight.parameters(), { learningRate: 0.1 });
    await fit(straight, data, { ...options, optimizer, forward: (x) => straight.forward(x) });
    backward(model, () =>
      model
        .forward(ones([5, 2]))
        .sum()
        .mul(100),
    );
    await fit(model, data, options);
    expect(weights(model)).toEqual(weights(straight));

    const examples = (): number => {
      throw new Error("do not know");
    };
    await expect(fit(model, data, { ...options, examples })).rejects.toThrow("do not know");
    expect(model.parameters().some(({ hasFreshGrad }) => hasFreshGrad)).toBe(false);
  });

  test("takes large gradients that are finite", async () => {
    // Gradients of 2e25: their squares are not f32s.
    const { model, options } = setUp((y) => y.sum().mul(1e25));
    await fit(model, data, { ...options, schedule: () => 1e-24 });
    expect(weights(model).flat().every(Number.isFinite)).toBe(true);
  });
});

describe("the length of gradients", () => {
  const given = (...gradients: number[][]): Parameter[] =>
    gradients.map((gradient) => {
      const parameter = new Parameter((tensor(gradient) as Tensor).mul(0));
      parameter.grad = (tensor(gradient) as Tensor).keep();
      return parameter;
    });

  test.each([
    ["of all together", [[3, 0], [4]], 5],
    ["beyond what squares of f32s hold", [[3e30, 0], [4e30]], 5e30],
    ["with NaN", [[1], [Number.NaN]], Number.NaN],
    ["with an infinity", [[-Infinity], [1]], Infinity],
    ["with both", [[-Infinity], [Number.NaN]], Number.NaN],
    ["of none", [], 0],
    ["without elements", [[]], 0],
  ])("%s", (_, gradients, norm) => {
    expect(Math.fround(gradNorm(given(...gradients)))).toBe(Math.fround(norm));
  });

  test("is clipped where it is large, and left where it is not finite", () => {
    const [a, b] = given([3e30, 0], [4e30]);
    expect(clipGradNorm([a as Parameter, b as Parameter], 1) / 5e30).toBeCloseTo(1, 5);
    expect(a?.grad?.data()[0]).toBeCloseTo(0.6, 5);
    expect(b?.grad?.data()[0]).toBeCloseTo(0.8, 5);
    const [infinite] = given([Infinity, 1]);
    expect(clipGradNorm([infinite as Parameter], 1)).toBe(Infinity);
    expect(infinite?.grad?.toArray()).toEqual([Infinity, 1]);
  });
});

describe("a step that fails", () => {
  /** Counts its forwards and remembers the last batch's mean, as a norm does. */
  class Counting extends Module {
    readonly linear = new Linear(2, 1);
    readonly mean = new Buffer<Shape>(zeros([2]));
    readonly large = new Buffer<Shape>(zeros([70_000]));
    readonly steps = new Buffer<[], "i32">(tensor(0, "i32"));
    override forward(x: Tensor): Tensor {
      if (this.training) {
        this.mean.assign(x.mean(0));
        this.large.assign(this.large.add(1));
        this.steps.assign(this.steps.add(1));
      }
      return this.linear.forward(x);
    }
  }
  const good: Tensor = ones([3, 2]);
  const rows: [string, Tensor, (y: Tensor) => Tensor<[]>][] = [
    ["on NaN in a batch", good.mul(Number.NaN), (y) => y.square().mean()],
    ["in the loss", good.mul(2), (y) => (y.size === 3 ? y.square().mean() : y.reshape([99]).mean())],
  ];
  test.each(rows)("gives buffers back as they were: %s", async (name, bad, loss) => {
    const model = new Counting();
    const batch = name === "in the loss" ? bad.slice(0, 0, 2) : bad;
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    const options = { epochs: 1, forward: (x: Tensor) => model.forward(x), loss, optimizer };
    await fit(model, [good], options);
    const before = memory();
    await expect(fit(model, [good, batch], options)).rejects.toThrow(/not a finite number|reshape/);
    expect([model.mean.toArray(), model.steps.item(), model.large.at(0).item()]).toEqual([[1, 1], 2, 2]);
    expect(model.training).toBe(true);
    expect(memory().bytes - before.bytes).toBeLessThan(1000);
  });
});
