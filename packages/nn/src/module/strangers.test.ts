import { type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { ReLU } from "../layers/activation.ts";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { encodeModel } from "../save/model-file.ts";
import { backward } from "../train/backward.ts";
import { Module } from "./module.ts";

const x = tensor([[1, 2]]) as Tensor;
const loss = (model: { forward(x: Tensor): Tensor }) => () => model.forward(x).sum();

class Vocabulary {
  readonly table = new Linear(2, 2);
}

class InObject extends Module {
  readonly vocabulary = new Vocabulary();
  readonly head = new Linear(2, 1);
  override forward(input: Tensor): Tensor {
    return this.head.forward(this.vocabulary.table.forward(input));
  }
}

class InSet extends Module {
  readonly layers = new Set([new Linear(2, 2)]);
  readonly head = new Linear(2, 1);
  override forward(input: Tensor): Tensor {
    return this.head.forward([...this.layers].reduce((y, layer) => layer.forward(y), input));
  }
}

class InPrivate extends Module {
  readonly #hidden: Linear;
  readonly head = new Linear(2, 1);
  constructor(hidden: Linear = new Linear(2, 2)) {
    super();
    this.#hidden = hidden;
  }
  override forward(input: Tensor): Tensor {
    return this.head.forward(this.#hidden.forward(input));
  }
}

class MadeInForward extends Module {
  readonly head = new Linear(2, 1);
  override forward(input: Tensor): Tensor {
    return this.head.forward(new Linear(2, 2).forward(input));
  }
}

describe("a layer that runs in a model and is no member of it", () => {
  test.each([
    ["in an object", InObject, /Linear: vocabulary\.table, in an object of class Vocabulary/],
    ["in a Set", InSet, /Linear: layers, a Set/],
    ["in a #private field", InPrivate, /Linear: run by the model itself/],
    ["made by forward", MadeInForward, /Linear: run by the model itself/],
  ] as const)("is refused by backward and files: %s", (_, Model, place) => {
    const model = new Model();
    expect(() => backward(model, loss(model))).toThrow(ValueError);
    expect(() => backward(model, loss(model))).toThrow(place);
    expect(model.head.weight.grad).toBeUndefined();
    expect(() => encodeModel(model)).toThrow(/ran layers that are no members/);
  });

  test("is named by the way to who ran it", () => {
    const model = new Sequential(new ReLU(), new InObject());
    expect(() => backward(model, loss(model))).toThrow(/1\.vocabulary\.table, in an object/);
    const inner = new Sequential(new Sequential(new InPrivate()));
    expect(() => backward(inner, loss(inner))).toThrow(/run by 0\.0, which/);
  });

  test("may be frozen, learn by name beside the model, or have nothing to learn", () => {
    const hidden = new Linear(2, 2);
    const model = new InPrivate(hidden);
    expect(backward([model, hidden], loss(model))).toBe(model.forward(x).item());
    expect(hidden.weight.grad).toBeDefined();
    expect(() => backward(model, loss(model))).toThrow(ValueError);
    hidden.freeze();
    expect(() => backward(model, loss(model))).not.toThrow();
    expect(() => encodeModel(model)).not.toThrow();
    class Plain extends MadeInForward {
      override forward(input: Tensor): Tensor {
        return new ReLU().forward(this.head.forward(input));
      }
    }
    const plain = new Plain();
    expect(() => backward(plain, loss(plain))).not.toThrow();
  });

  test("is none if it became a member after the first run, or is one of a model around", () => {
    class Grows extends Module {
      readonly layers: Linear[] = [];
      override forward(input: Tensor): Tensor {
        while (this.layers.length < 2) this.layers.push(new Linear(2, 2));
        return this.layers.reduce((y, layer) => layer.forward(y), input);
      }
    }
    const grows = new Grows();
    grows.forward(x);
    expect(() => backward(grows, loss(grows))).not.toThrow();

    class Borrows extends Module {
      override forward(input: Tensor, layer: Linear): Tensor {
        return layer.forward(input);
      }
    }
    class Lends extends Module {
      readonly table = new Linear(2, 2);
      readonly inner = new Borrows();
      override forward(input: Tensor): Tensor {
        return this.inner.forward(input, this.table);
      }
    }
    const lends = new Lends();
    expect(() => backward(lends, loss(lends))).not.toThrow();
    expect(lends.table.weight.grad).toBeDefined();
  });

  test("is none where one model's result goes into another's loss", () => {
    const [generator, judge] = [new Linear(2, 2), new Sequential(new Linear(2, 1))];
    expect(() => backward(generator, () => judge.forward(generator.forward(x)).sum())).not.toThrow();
  });

  test("is not held for ever where forward makes a new one each time", () => {
    const model = new MadeInForward();
    for (let i = 0; i < 100; i++) model.forward(x);
    expect(() => encodeModel(model)).toThrow(/layer 7/);
    expect(() => encodeModel(model)).not.toThrow(/layer 8/);
  });
});
