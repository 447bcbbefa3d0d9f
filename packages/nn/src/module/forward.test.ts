import {
  aliasOf,
  keep,
  memory,
  relu,
  scope,
  ScopeError,
  ShapeError,
  type Shape,
  type Tensor,
  type WithFeatures,
  tensor,
  zeros,
} from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { Module } from "./module.ts";

class Encoder extends Module {
  readonly layers = [new Linear(4, 3), new Linear(5, 3)];
  override forward(x: Tensor): Tensor {
    return this.layers.reduce((y, layer) => layer.forward(y), x);
  }
}

class Model extends Module {
  readonly encoder = new Encoder();
  override forward(x: Tensor): Tensor {
    return relu(this.encoder.forward(x));
  }
}

describe("forward", () => {
  test("says in which layer an error happened", () => {
    const run = (): Tensor => new Model().forward(zeros([2, 4]));
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(/^linear in encoder\.layers\.1: the last axis of x \(3\)/);
  });

  test("finds the path of a layer that was called past its owner", () => {
    class Direct extends Model {
      override forward(x: Tensor): Tensor {
        return (this.encoder.layers[1] as Linear).forward(x);
      }
    }
    expect(() => new Direct().forward(zeros([2, 4]))).toThrow(/^linear in encoder\.layers\.1:/);
  });

  test("leaves other errors alone", () => {
    class Broken extends Module {
      override forward(): Tensor {
        throw new TypeError("mine");
      }
    }
    expect(() => new Sequential(new Broken()).forward(zeros([1]))).toThrow(new TypeError("mine"));
  });

  test("leaves nothing behind but its result", () => {
    const [model, x] = [new Linear(4, 4), zeros([2, 4])];
    const net = new Sequential(model, new Sequential(model, model));
    const before = memory();
    const y = net.forward(x);
    expect(memory().tensors).toBe(before.tensors + 1);
    y.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  test("keeps what it is asked to keep", () => {
    class Keeper extends Module {
      seen: Tensor | undefined;
      override forward(x: Tensor): Tensor {
        this.seen = keep(x.mul(2));
        return x.add(1);
      }
    }
    const keeper = new Keeper();
    scope(() => void keeper.forward(tensor([1])));
    expect(keeper.seen?.item()).toBe(2);
    keeper.seen?.dispose();
  });

  test("must not be async", () => {
    class Async extends Module {
      override async forward(x: Tensor): Promise<Tensor> {
        return x;
      }
    }
    expect(() => new Async().forward(zeros([1]))).toThrow(ScopeError);
  });

  test("can call the forward of its base class", () => {
    class Twice extends Linear {
      override forward<S extends Shape>(x: Tensor<S>): Tensor<WithFeatures<S, number>> {
        return super.forward(super.forward(x as Tensor<Shape>)) as Tensor<never>;
      }
    }
    const layer = new Twice(2, 2);
    const x = tensor([[1, 2]]);
    const once = new Linear(2, 2);
    once.loadStateDict(layer.stateDict());
    expect(layer.forward(x).toArray()).toEqual(once.forward(once.forward(x)).toArray());
  });

  test("tells hooks what came and went, until they are taken off", () => {
    const net = new Sequential(new Linear(4, 2), new Linear(2, 3));
    const calls: unknown[] = [];
    const remove = (net.at(1) as Linear).onForward(({ module, inputs, output }) => {
      calls.push([module === net.at(1), (inputs[0] as Tensor).shape, (output as Tensor).shape]);
    });
    net.forward(zeros([5, 4]));
    remove();
    net.forward(zeros([5, 4]));
    expect(calls).toEqual([[true, [5, 2], [5, 3]]]);
  });

  test("gives what a hook puts in its place, to the layers after it and to later hooks", () => {
    const net = new Sequential(new Linear(4, 2), new Linear(2, 3));
    const first = net.at(0) as Linear;
    const seen: unknown[] = [];
    const halved = tensor([[1, 2]]);
    const removers = [
      first.onForward(({ replace }) => replace(aliasOf(halved))),
      first.onForward(({ output }) => seen.push((output as Tensor).toArray())), // what it returns changes nothing
    ];
    const y = net.forward(zeros([1, 4]));
    expect(seen).toEqual([[[1, 2]]]);
    expect(y.toArray()).toEqual((net.at(1) as Linear).forward(halved).toArray());
    expect(() => {
      removers.push(first.onForward(({ replace }) => replace(Promise.resolve(halved))));
      net.forward(zeros([1, 4]));
    }).toThrow(ScopeError);
    for (const remove of removers) remove();
    y.dispose();
    expect(halved.toArray()).toEqual([[1, 2]]); // nobody has disposed it
    expect(net.forward(zeros([1, 4])).toArray()).not.toEqual([[1, 2]]);
  });

  test("leaves nothing behind where a hook has replaced a result", () => {
    const net = new Sequential(new Linear(4, 4), new Linear(4, 4));
    (net.at(0) as Linear).onForward(({ output, replace }) => replace((output as Tensor).mul(2)));
    const x = zeros([2, 4]);
    const before = memory();
    net.forward(x).dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });
});

describe("Sequential", () => {
  test("frees each result as soon as it was used", () => {
    const counts: number[] = [];
    class Probe extends Module {
      override forward(x: Tensor): Tensor {
        counts.push(memory().tensors);
        return x.add(1);
      }
    }
    const net = new Sequential(new Probe(), new Probe(), new Probe(), new Probe());
    net.forward(zeros([3])).dispose();
    expect(counts[3]).toBe(counts[1]);
  });

  test("passes its input on through layers that change nothing, and does not free it", () => {
    class Same extends Module {
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const x = zeros([1]);
    expect(new Sequential(new Same(), new Same()).forward(x)).toBe(x);
    expect(x.isDisposed).toBe(false);
  });
});
