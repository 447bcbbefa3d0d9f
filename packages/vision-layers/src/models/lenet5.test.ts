import { Adam, backward, crossEntropy, decodeModel, encodeModel, manualSeed } from "@unfoldjs/nn";
import { Generator, memory, type Tensor, tensor, zeros } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { layers } from "../layers.ts";
import { LeNet5 } from "./lenet5.ts";

const generator = new Generator(1);

describe("LeNet5", () => {
  test("has the layers, parameters and multiply-adds of its paper's modern form", () => {
    const summary = new LeNet5().summary([1, 1, 28, 28]);
    expect(summary.parameters).toBe(61_706);
    expect(summary.multiplyAdds).toBe(28 * 28 * 6 * 25 + 10 * 10 * 16 * 6 * 25 + 400 * 120 + 120 * 84 + 84 * 10);
    expect(summary.rows.find(({ path }) => path === "conv2")).toMatchObject({
      outputShape: [1, 16, 10, 10],
      parameters: 2416,
      multiplyAdds: 240_000,
    });
    expect(Object.keys(new LeNet5().stateDict())).toEqual(
      ["conv1", "conv2", "fc1", "fc2", "fc3"].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]),
    );
  });

  test("gives logits for as many classes as it is asked for", () => {
    const model = new LeNet5({ classes: 7, inChannels: 3, activation: "tanh", pooling: "average", generator });
    expect(model.forward(zeros([2, 3, 28, 28])).shape).toEqual([2, 7]);
  });

  test("is the same for the same seed", () => {
    const weights = (model: LeNet5): unknown => model.fc3.weight.toArray();
    manualSeed(4);
    const first = new LeNet5();
    manualSeed(4);
    expect(weights(new LeNet5())).toEqual(weights(first));
    expect(weights(new LeNet5({ generator: new Generator(4) }))).toEqual(weights(first));
    expect(weights(new LeNet5())).not.toEqual(weights(first));
  });

  test("says what it wants of pictures of another size", () => {
    expect(() => new LeNet5().forward(zeros([2, 1, 32, 32]))).toThrow(/must be \(batch, channels, 28, 28\)/);
    expect(() => new LeNet5().forward(zeros([2, 3, 28, 28]))).toThrow(/^conv2d in conv1: /);
  });

  test("is built again from its file", () => {
    const model = new LeNet5({ pooling: "average", generator });
    const x = generator.uniform([2, 1, 28, 28]) as Tensor;
    const built = decodeModel(encodeModel(model, { layers }), { layers }) as LeNet5;
    expect(built.pool.constructor.name).toBe("AvgPool2d");
    expect(built.forward(x).toArray()).toEqual(model.forward(x).toArray());
  });

  test("learns a few pictures by heart, and leaves nothing behind on the way", () => {
    const model = new LeNet5({ generator });
    const optimizer = new Adam(model.parameters(), { learningRate: 2e-3 });
    const pictures = generator.uniform([8, 1, 28, 28]) as Tensor;
    const labels = tensor([0, 1, 2, 3, 4, 5, 6, 7], "i32");
    const step = (): number => {
      const loss = backward(model, () => crossEntropy(model.forward(pictures), labels));
      optimizer.step();
      return loss;
    };
    for (let i = 0; i < 10; i++) step();
    const early = memory();
    let loss = Number.NaN;
    for (let i = 0; i < 120; i++) loss = step();
    expect(loss).toBeLessThan(0.1);
    expect(memory()).toEqual(early);
  });
});
