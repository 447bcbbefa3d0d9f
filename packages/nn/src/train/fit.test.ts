import { memory, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import type { Callback, TrainingRun } from "./callback.ts";
import { type Batch, Circle, setUp, weightsOf } from "./circle.ts";
import { earlyStopping } from "./early-stopping.ts";
import { evaluate } from "./evaluate.ts";
import { fit } from "./fit.ts";

describe("fit", () => {
  test("learns, and reports each epoch", async () => {
    const { model, data, options } = setUp({ epochs: 30, schedule: () => 1 });
    const { history, steps, stopped } = await fit(model, data, { ...options, validation: new Circle(6, 4) });
    expect([history.length, steps, stopped]).toEqual([30, 240, undefined]);
    expect(history.at(-1)?.loss).toBeLessThan(0.5 * (history[0]?.loss ?? 0));
    expect(history.at(-1)?.validation?.metrics["accuracy"]).toBeGreaterThan(0.9);
    expect(history[2]).toMatchObject({ epoch: 3, steps: 24, validation: { examples: 40 } });
  });

  test("is the plain loop, bit by bit", async () => {
    const a = setUp();
    await fit(a.model, a.data, a.options);
    const b = setUp();
    await fit(b.model, b.data, b.options);
    expect(weightsOf(b.model)).toEqual(weightsOf(a.model));
  });

  test("leaves nothing behind", async () => {
    const { model, data, options } = setUp();
    await fit(model, data, { ...options, epochs: 1 });
    const before = memory();
    await fit(model, data, { ...options, epochs: 3, validation: new Circle(6, 2) });
    expect(memory()).toMatchObject({ tensors: before.tensors, storages: before.storages, bytes: before.bytes });
  });

  test("a callback may take what the run can do out of it", async () => {
    const { model, data, options } = setUp();
    let bytes = 0;
    const callback: Callback = {
      onEpochEnd({ epoch, stop, checkpoint }) {
        bytes = checkpoint().length;
        if (epoch === 2) stop("enough");
      },
    };
    const { history, stopped } = await fit(model, data, { ...options, epochs: 5, callbacks: [callback] });
    expect([history.length, stopped, bytes > 0]).toEqual([2, "enough", true]);
  });

  test("calls callbacks in order, and waits for them", async () => {
    const calls: string[] = [];
    const callback: Callback = {
      onStart: () => void calls.push("start"),
      onEpochStart: ({ epoch }) => void calls.push(`epoch ${epoch}`),
      onStep: async ({ epochSteps }) => {
        await Promise.resolve();
        calls.push(`step ${epochSteps}`);
      },
      onEpochEnd: (_, { epoch }) => void calls.push(`end of ${epoch}`),
      onEnd: () => void calls.push("end"),
    };
    const { model, options } = setUp();
    await fit(model, new Circle(5, 2), { ...options, epochs: 2, callbacks: [callback] });
    expect(calls).toEqual([
      "start",
      "epoch 1",
      "step 1",
      "step 2",
      "end of 1",
      "epoch 2",
      "step 1",
      "step 2",
      "end of 2",
      "end",
    ]);
  });

  test("knows its pace", async () => {
    const seen: number[] = [];
    const onStep = ({ secondsLeft, examplesPerSecond }: TrainingRun): void =>
      void seen.push(secondsLeft ?? -1, examplesPerSecond);
    const { model, data, options } = setUp();
    await fit(model, data, { ...options, callbacks: [{ onStep }] });
    expect(seen.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(seen.at(-2)).toBe(0);
  });

  test("lets timers run while it works", async () => {
    const { model, data, options } = setUp();
    const onStep = (): void => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    };
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await fit(model, data, { ...options, callbacks: [{ onStep }] });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1); // 32 steps of 5 ms
  });

  test("stops between two steps when its signal says so", async () => {
    const { model, data, options } = setUp();
    const controller = new AbortController();
    const onStep = ({ steps }: TrainingRun): void => {
      if (steps === 5) controller.abort();
    };
    const result = await fit(model, data, { ...options, signal: controller.signal, callbacks: [{ onStep }] });
    expect(result).toMatchObject({ steps: 5, stopped: "aborted", history: [] });
    expect(await fit(model, data, { ...options, signal: controller.signal })).toMatchObject({
      steps: 0,
      stopped: "aborted",
    });
  });

  test("is aborted by a timer too", async () => {
    const { model, data, options } = setUp();
    const started = performance.now();
    const result = await fit(model, data, { ...options, epochs: 1e6, signal: AbortSignal.timeout(60) });
    expect(result.stopped).toBe("aborted");
    // Epochs of a few milliseconds: a pause is due after several of them.
    expect(performance.now() - started).toBeLessThan(400);
  });

  test("stops before the weights are lost to a loss that is not finite", async () => {
    const { model, data, options } = setUp();
    const before = weightsOf(model);
    const loss: typeof options.loss = (logits, batch) => options.loss(logits, batch).div(0);
    await expect(fit(model, data, { ...options, loss })).rejects.toThrow(
      /the loss is not a finite number any more[\s\S]*step +1/,
    );
    expect(weightsOf(model)).toEqual(before);
  });

  test("refuses data that can be read only once, and epochs that make no sense", async () => {
    const { model, data, options } = setUp();
    const once = data[Symbol.iterator]() as Iterator<Batch> & Iterable<Batch>;
    await expect(fit(model, once, options)).rejects.toThrow(/read only once/);
    await expect(fit(model, data, { ...options, validation: once })).rejects.toThrow(/validation +an iterator/);
    await expect(fit(model, [], options)).rejects.toThrow(/the data gave no batches/);
    await expect(fit(model, data, { ...options, epochs: 1.5 })).rejects.toThrow(ValueError);
  });

  test("leaves no factor of its schedule on the optimiser", async () => {
    const { model, data, options } = setUp({ schedule: () => 1e-6 });
    options.optimizer.learningRateFactor = 0.5;
    await fit(model, data, options);
    expect(options.optimizer.learningRateFactor).toBe(0.5);
    const loss: typeof options.loss = (logits, batch) => options.loss(logits, batch).div(0);
    await expect(fit(model, data, { ...options, loss })).rejects.toThrow(ValueError);
    expect(options.optimizer.learningRateFactor).toBe(0.5);
  });

  test.each([[Number.NaN], [-1], [undefined], ["1"]])("refuses a schedule's factor of %s", async (factor) => {
    const { model, data, options } = setUp({ schedule: () => factor as never });
    const before = weightsOf(model);
    await expect(fit(model, data, options)).rejects.toThrow(/a schedule gives a factor of the learning rate/);
    expect(weightsOf(model)).toEqual(before);
  });

  test("books no epoch whose validation was aborted", async () => {
    const { model, data, options } = setUp();
    const controller = new AbortController();
    let evaluated = 0;
    const validation = {
      *[Symbol.iterator]() {
        for (const batch of new Circle(6, 4)) {
          if (++evaluated === 6) controller.abort();
          yield batch;
        }
      },
    };
    const epochs: number[] = [];
    const result = await fit(model, data, {
      ...options,
      validation,
      signal: controller.signal,
      callbacks: [{ onEpochEnd: (_, { epoch }) => void epochs.push(epoch) }],
    });
    expect(result).toMatchObject({ steps: 16, stopped: "aborted" });
    expect([epochs, result.history.map(({ epoch }) => epoch)]).toEqual([[1], [1]]);
    expect(result.history[0]?.validation).toMatchObject({ examples: 40, complete: true });
  });

  test("refuses validation data without batches, and does not take that for no improvement", async () => {
    const { model, data, options } = setUp();
    const callbacks = [earlyStopping({ patience: 1 })];
    await expect(fit(model, data, { ...options, validation: [], callbacks })).rejects.toThrow(/validation +no batches/);
  });

  test("tells callbacks of an error, all of them, and throws that error", async () => {
    const { model, data, options } = setUp();
    const told: unknown[] = [];
    const callbacks: Callback[] = [
      {
        onStep: () => {
          throw new Error("first");
        },
        onError: (_, error) => {
          told.push(error);
          throw new Error("second");
        },
      },
      { onError: async (run, error) => void told.push(run.steps, error), onEnd: () => void told.push("end") },
    ];
    await expect(fit(model, data, { ...options, callbacks })).rejects.toThrow("first");
    expect(told).toEqual([new Error("first"), 1, new Error("first")]);
  });

  test("leaves frozen parameters as they are", async () => {
    const { model, data, options } = setUp();
    model.freeze(1);
    const before = weightsOf(model);
    await fit(model, data, { ...options, epochs: 1 });
    const after = weightsOf(model);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);
  });
});

describe("evaluate", () => {
  test("changes nothing, and weighs batches by their size", async () => {
    const { model, options } = setUp();
    model.dropout.eval();
    const before = weightsOf(model);
    const data = [
      {
        points: tensor([
          [0, 0],
          [2, 2],
          [3, 3],
        ]) as Tensor,
        inside: tensor([1, 0, 0], "i32"),
      },
      { points: tensor([[0, 0]]) as Tensor, inside: tensor([0], "i32") },
    ];
    const { loss, metrics, examples } = await evaluate(model, data, {
      ...options,
      loss: () => tensor(2),
      metrics: { rows: (logits) => logits.shape[0] ?? 0 },
    });
    expect([loss, metrics["rows"], examples]).toEqual([2, 2.5, 4]);
    expect(weightsOf(model)).toEqual(before);
    expect([model.training, model.dropout.training]).toEqual([true, false]);
  });

  test("says when its signal ended it, and that means are of what was done", async () => {
    const { model, options } = setUp();
    const controller = new AbortController();
    const { signal } = controller;
    const abortsAfter = (batches: number): Iterable<Batch> => ({
      *[Symbol.iterator]() {
        let given = 0;
        for (const batch of new Circle(6, 4)) {
          if (++given === batches) controller.abort();
          yield batch;
        }
      },
    });
    const judge = (data: Iterable<Batch>): ReturnType<typeof evaluate> => evaluate(model, data, options, { signal });
    expect(await judge(abortsAfter(9))).toMatchObject({ examples: 40, complete: true });
    expect(await judge(abortsAfter(2))).toMatchObject({ examples: 20, complete: false });
    expect(await judge(abortsAfter(9))).toMatchObject({ examples: 0, loss: Number.NaN, complete: false });
  });
});
