import { memory, relu, ScopeError, ShapeError, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { ReLU } from "../layers/activation.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { mse } from "../losses/mse.ts";
import { Module } from "../module/module.ts";
import { Parameter } from "../module/parameter.ts";
import { Adam } from "../optimise/adam.ts";
import { SGD } from "../optimise/sgd.ts";
import { backward } from "./backward.ts";
import type { Learned } from "./learned.ts";

class Scale extends Module {
  readonly factor = new Parameter(tensor([2, 3]));
  readonly unused = new Parameter(tensor([1]));
  override forward(x: Tensor): Tensor {
    return x.mul(this.factor);
  }
}

const gradientOf = (parameter: Parameter): unknown => parameter.grad?.toArray();

describe("backward", () => {
  test("gives the loss and fills the gradients of what it depends on", () => {
    const model = new Scale();
    const x = tensor([5, 7]);
    expect(backward(model, () => model.forward(x).sum())).toBe(31);
    expect(gradientOf(model.factor)).toEqual([5, 7]);
    expect(model.unused.grad).toBeUndefined();
  });

  test("adds up until a step, and then starts from nothing", () => {
    const model = new Scale();
    const optimizer = new SGD(model.parameters(), { learningRate: 0 });
    const x = tensor([5, 7]);
    for (const wanted of [
      [5, 7],
      [10, 14],
      [15, 21],
    ]) {
      backward(model, () => model.forward(x).sum());
      expect(gradientOf(model.factor)).toEqual(wanted);
    }
    optimizer.step();
    backward(model, () => model.forward(x).sum());
    expect(gradientOf(model.factor)).toEqual([5, 7]);
  });

  test("of two half batches is that of the whole", () => {
    const model = new Linear(3, 2);
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [1, 0, 1],
    ]);
    const y = tensor([
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ]);
    backward(model, () => mse(model.forward(x), y));
    const whole = model.weight.grad?.data() ?? [];
    model.weight.dropGrad();
    for (const half of [0, 2]) {
      backward(model, () => mse(model.forward(x.slice(0, half, half + 2)), y.slice(0, half, half + 2)).mul(0.5));
    }
    model.weight.grad?.data().forEach((value, i) => expect(value).toBeCloseTo(whole[i] ?? Number.NaN, 4));
  });

  test("passes frozen parameters by", () => {
    const model = new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1));
    model.freeze(1);
    backward(model, () => model.forward(tensor([[1, 2]])).sum());
    expect(model.parameters().map(({ grad }) => grad === undefined)).toEqual([true, true, false, false]);
  });

  test("shows a loss that is not finite", () => {
    const model = new Scale();
    expect(backward(model, () => model.forward(tensor([Infinity, 1])).sum())).toBe(Infinity);
    expect(
      backward(model, () =>
        model
          .forward(tensor([Infinity, 1]))
          .sum()
          .mul(0),
      ),
    ).toBeNaN();
  });

  test("says in which layer a shape was wrong", () => {
    const model = new Sequential(new Linear(2, 3), new Linear(4, 1));
    expect(() => backward(model, () => model.forward(tensor([[1, 2]])).sum())).toThrow(/^linear in 1: /);
  });

  test("refuses a loss of several numbers, and one that is a promise", () => {
    const model = new Scale();
    expect(() => backward(model, () => model.forward(tensor([1, 2])))).toThrow(ShapeError);
    expect(() => backward(model, (() => Promise.resolve(model.forward(tensor([1, 2])).sum())) as never)).toThrow(
      ScopeError,
    );
  });
});

describe("backward of several", () => {
  const x = tensor([5, 7]);

  test("modules fills all of them, and counts what they share once", () => {
    const [encoder, decoder] = [new Scale(), new Scale()];
    const loss = backward([encoder, decoder, encoder], () => decoder.forward(encoder.forward(x)).sum());
    expect(loss).toBe(2 * 2 * 5 + 3 * 3 * 7);
    expect([encoder, decoder].map(({ factor }) => gradientOf(factor))).toEqual([
      [10, 21],
      [10, 21],
    ]);
  });

  test("takes bare parameters, one or many, and mixes", () => {
    const [scale, offset, temperature] = [new Scale(), new Parameter(tensor([1, 1])), new Parameter(tensor([2]))];
    const loss = (): Tensor => scale.forward(x).add(offset).mul(temperature).sum();
    expect(backward(temperature, loss)).toBe(2 * 33);
    expect([scale.factor, offset, temperature].map(gradientOf)).toEqual([undefined, undefined, [33]]);
    backward(new Set([offset, temperature]), loss);
    expect([scale.factor, offset, temperature].map(gradientOf)).toEqual([undefined, [2, 2], [66]]);
    backward([scale, offset], loss);
    expect([scale.factor, offset, temperature].map(gradientOf)).toEqual([[10, 14], [4, 4], [66]]);
    const optimizer = new SGD([...scale.parameters(), offset, temperature], { learningRate: 1 });
    optimizer.step();
    expect([scale.factor, offset, temperature].map((parameter) => parameter.toArray())).toEqual([
      [2 - 10, 3 - 14],
      [1 - 4, 1 - 4],
      [2 - 66],
    ]);
  });

  test("passes frozen ones by, also where all are", () => {
    const model = new Scale().freeze();
    expect(backward([model, model.unused], () => model.forward(x).sum())).toBe(31);
    expect(gradientOf(model.factor)).toBeUndefined();
  });

  test("refuses what holds no parameters, and says where they may be", () => {
    class Hidden extends Module {
      readonly #layer = new Linear(1, 1);
      override forward(input: Tensor): Tensor {
        return this.#layer.forward(input);
      }
    }
    const run = (learned: Learned) => () => backward(learned, () => x.sum());
    expect(run(new Hidden())).toThrow(/came +Hidden, without parameters[\s\S]*#private field/);
    expect(run([new Scale(), new Hidden()])).toThrow(/came +Hidden at 1, without parameters/);
    expect(run([])).toThrow(/came +an empty list/);
  });

  test.each([
    ["the loss alone", () => x.sum(), /learned +a function[\s\S]*backward\(model, \(\) => loss\)/],
    ["a tensor", tensor([1]), /learned +a tensor \[1\] f32[\s\S]*new Parameter\(values\)/],
    ["nothing", undefined, /learned +undefined\b/],
    ["a list with nothing in it", [new Scale(), undefined], /learned +undefined at 1/],
    ["a record", { encoder: new Scale() }, /learned +\{ encoder[\s\S]*\[encoder, decoder\]/],
    ["a record without a class", Object.create(null), /learned +an object without fields/],
  ])("refuses %s", (_, learned, message) => {
    expect(() => backward(learned as never, () => x.sum())).toThrow(ValueError);
    expect(() => backward(learned as never, () => x.sum())).toThrow(message);
  });
});

describe("the plain training loop", () => {
  const points = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const classes = tensor([0, 1, 1, 0], "i32");

  class Xor extends Module {
    readonly hidden = new Linear(2, 16);
    readonly output = new Linear(16, 2);
    override forward(x: Tensor): Tensor {
      return this.output.forward(relu(this.hidden.forward(x)));
    }
  }

  test("learns, and leaves memory after 2,000 steps where it was after 10", () => {
    const model = new Xor();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.02 });
    let loss = Number.NaN;
    let early = memory();
    for (let step = 1; step <= 2000; step++) {
      loss = backward(model, () => crossEntropy(model.forward(points), classes));
      optimizer.step();
      if (step === 10) early = memory();
    }
    expect(memory()).toEqual(early);
    expect(loss).toBeLessThan(0.01);
  });
});
