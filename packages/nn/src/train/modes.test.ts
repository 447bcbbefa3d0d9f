import { ones, type Tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { Module } from "../module/module.ts";
import { SGD } from "../optimise/sgd.ts";
import type { Callback } from "./callback.ts";
import { evaluate } from "./evaluate.ts";
import type { FitOptions } from "./fit-options.ts";
import { fit } from "./fit.ts";
import { macrotask } from "./macrotask.ts";

/** Notes in which mode each of its forwards ran. */
class Witness extends Module {
  readonly seen: boolean[] = [];
  override forward(x: Tensor): Tensor {
    this.seen.push(this.training);
    return x;
  }
}

class Model extends Module {
  readonly frozen: Witness = new Witness();
  readonly free: Witness = new Witness();
  readonly output: Linear = new Linear(2, 1);
  override forward(x: Tensor): Tensor {
    return this.output.forward(this.free.forward(this.frozen.forward(x)));
  }
  get modes(): boolean[] {
    return [this.training, this.frozen.training, this.free.training];
  }
}

const data = Array.from({ length: 6 }, () => ones([2, 2]) as Tensor);

function setUp(more: Partial<FitOptions<Tensor, Tensor>> = {}): {
  model: Model;
  options: FitOptions<Tensor, Tensor>;
} {
  const model = new Model();
  const options = {
    epochs: 1,
    forward: (x: Tensor) => model.forward(x),
    loss: (y: Tensor) => y.square().mean(),
    optimizer: new SGD(model.parameters(), { learningRate: 1e-3 }),
    ...more,
  };
  return { model, options };
}

const all = (count: number, mode: boolean): boolean[] => Array.from({ length: count }, () => mode);

describe("a training", () => {
  test("learns at each step, whatever a callback set before it, and leaves that as it was", async () => {
    const { model, options } = setUp();
    const between: boolean[][] = [];
    const callbacks: Callback[] = [
      { onStep: () => void model.eval() },
      { onStep: () => void between.push(model.modes) },
    ];
    await fit(model, data, { ...options, callbacks });
    expect(model.free.seen).toEqual(all(6, true));
    expect(between).toEqual(Array.from({ length: 6 }, () => [false, false, false]));
    expect(model.modes).toEqual([false, false, false]);
  });

  test("learns at each step, whatever a timer sets", async () => {
    const { model, options } = setUp({ epochs: 20 });
    const timer = setInterval(() => void model.eval(), 0);
    await fit(model, data, { ...options, callbacks: [{ onStep: () => macrotask() }] });
    clearInterval(timer);
    expect(model.free.seen).toEqual(all(120, true));
  });

  test("holds a module in eval that its user holds there, also after the whole model was in eval", async () => {
    const { model, options } = setUp({ validation: data });
    model.frozen.eval();
    const onStep: Callback["onStep"] = ({ steps }) => {
      if (steps === 3) model.eval();
    };
    await fit(model, data, { ...options, callbacks: [{ onStep }] });
    expect(model.frozen.seen).toEqual(all(12, false));
    expect(model.free.seen).toEqual([...all(6, true), ...all(6, false)]);
  });

  test("heeds a module that is set to eval, or back, while it goes on", async () => {
    const { model, options } = setUp();
    const onStep: Callback["onStep"] = ({ steps }) => {
      if (steps === 2) model.frozen.eval();
      if (steps === 4) model.frozen.train();
    };
    await fit(model, data, { ...options, callbacks: [{ onStep }] });
    expect(model.frozen.seen).toEqual([true, true, false, false, true, true]);
    expect(model.modes).toEqual([true, true, true]);
  });

  test("of a model in eval mode learns, and gives the mode back", async () => {
    const { model, options } = setUp();
    model.eval();
    await fit(model, data, options);
    expect(model.free.seen).toEqual(all(6, true));
    expect(model.modes).toEqual([false, false, false]);
  });

  test("gives the modes back after an error", async () => {
    const { model, options } = setUp({ loss: () => ones([1]).mul(Number.NaN) });
    model.eval();
    await expect(fit(model, data, options)).rejects.toThrow(/not a finite/);
    expect(model.modes).toEqual([false, false, false]);
  });
});

describe("an evaluation", () => {
  test("is in eval mode beside another one and beside a training, and the training learns", async () => {
    const { model, options } = setUp({ epochs: 5 });
    model.frozen.eval();
    const learned: boolean[] = [];
    const judged: boolean[] = [];
    const forward = (into: boolean[]) => (x: Tensor) => {
      into.push(model.training, model.free.training);
      return model.forward(x);
    };
    // Pauses after each batch, so that all three alternate.
    const slowly: Iterable<Tensor> = {
      *[Symbol.iterator]() {
        for (const batch of data) {
          const until = performance.now() + 30;
          while (performance.now() < until);
          yield batch;
        }
      },
    };
    const task = { ...options, forward: forward(judged) };
    await Promise.all([
      fit(model, data, { ...options, forward: forward(learned), callbacks: [{ onStep: () => macrotask() }] }),
      evaluate(model, slowly, task),
      evaluate(model, slowly, task),
    ]);
    expect(learned).toEqual(all(60, true));
    expect(judged).toEqual(all(24, false));
    expect(model.frozen.seen).toEqual(all(42, false));
    expect(model.modes).toEqual([true, false, true]);
  });
});

describe("a second training", () => {
  test("of a model, an optimiser or a callback with a state that is in one is refused, and the first goes on", async () => {
    const { model, options } = setUp({ epochs: 3 });
    const other = setUp();
    const stateful: Callback = { state: () => ({ values: {}, tensors: {} }) };
    const first = fit(model, data, { ...options, callbacks: [stateful, {}] });
    await expect(fit(model, data, other.options)).rejects.toThrow(
      /this model is in a training that has not ended\n +model +Model/,
    );
    await expect(fit(other.model, data, options)).rejects.toThrow(/this optimizer is in a training/);
    await expect(fit(other.model, data, { ...other.options, callbacks: [stateful] })).rejects.toThrow(
      /this callback is in a training/,
    );
    expect((await first).steps).toBe(18);
    expect((await fit(model, data, options)).steps).toBe(18);
    expect((await fit(other.model, data, { ...other.options, callbacks: [stateful] })).steps).toBe(6);
  });

  test("within a callback of the first is refused too, and may follow one that failed", async () => {
    const { model, options } = setUp();
    const again: Callback = { onStep: async () => void (await fit(model, data, options)) };
    await expect(fit(model, data, { ...options, callbacks: [again] })).rejects.toThrow(/this model is in a training/);
    expect((await fit(model, data, options)).steps).toBe(6);
  });

  test("may not hear one callback with a state twice", async () => {
    const { model, options } = setUp();
    const stateful: Callback = { state: () => ({ values: {}, tensors: {} }) };
    await expect(fit(model, data, { ...options, callbacks: [stateful, stateful] })).rejects.toThrow(/given twice/);
  });
});
