import { decodeSafetensors, encodeSafetensors, FormatError, memory, ones, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import type { BatchSource } from "../data/batch-source.ts";
import { defaultGenerator, manualSeed } from "../initialise/default-generator.ts";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import type { Module } from "../module/module.ts";
import { Adam } from "../optimise/adam.ts";
import type { Optimizer } from "../optimise/optimizer.ts";
import { SGD } from "../optimise/sgd.ts";
import { decodeModel } from "../save/model-file.ts";
import type { Callback } from "./callback.ts";
import { checkpointing } from "./checkpoint.ts";
import { type Batch, Circle, Classifier, type Setup, setUp, weightsOf } from "./circle.ts";
import { earlyStopping } from "./early-stopping.ts";
import { fit } from "./fit.ts";

describe("resuming", () => {
  /** A training that is stopped after so many steps, and one in a new model that goes on from its checkpoint. */
  async function stopAndResume(
    stopAfter: number,
    optimizerOf: (model: Module) => Optimizer,
  ): Promise<[straight: number[][], resumed: number[][], number[], number[]]> {
    const build = (): Setup => {
      const made = setUp();
      return {
        ...made,
        options: { ...made.options, optimizer: optimizerOf(made.model), callbacks: [earlyStopping({ patience: 3 })] },
      };
    };
    const straight = build();
    const whole = await fit(straight.model, straight.data, straight.options);

    const first = build();
    const saved: Uint8Array[] = [];
    const stopper: Callback = {
      onStep(run) {
        if (run.steps !== stopAfter) return;
        saved.push(run.checkpoint());
        run.stop("enough");
      },
    };
    await fit(first.model, first.data, { ...first.options, callbacks: [...(first.options.callbacks ?? []), stopper] });

    manualSeed(99);
    const model = new Classifier();
    const options = {
      ...build().options,
      forward: ({ points }: Batch) => model.forward(points),
      optimizer: optimizerOf(model),
    };
    const rest = await fit(model, new Circle(77), { ...options, resume: saved[0] as Uint8Array });
    return [
      weightsOf(straight.model),
      weightsOf(model),
      whole.history.map(({ loss }) => loss),
      rest.history.map(({ loss }) => loss),
    ];
  }

  test.each([1, 11, 16, 24, 31])("after step %i gives the same bits as not stopping", async (steps) => {
    const [straight, resumed, losses, resumedLosses] = await stopAndResume(
      steps,
      (model) => new Adam(model.parameters(), { learningRate: 0.02 }),
    );
    expect(resumed).toEqual(straight);
    expect(resumedLosses).toEqual(losses);
  });

  test("works with momentum too", async () => {
    const [straight, resumed] = await stopAndResume(
      13,
      (model) => new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 }),
    );
    expect(resumed).toEqual(straight);
  });

  test("goes on after an epoch that was finished", async () => {
    const straight = setUp();
    await fit(straight.model, straight.data, straight.options);
    const first = setUp();
    const saved: Uint8Array[] = [];
    await fit(first.model, first.data, {
      ...first.options,
      epochs: 2,
      callbacks: [checkpointing((bytes) => void saved.push(bytes))],
    });
    expect(saved).toHaveLength(2);
    const second = setUp();
    const { history } = await fit(second.model, second.data, { ...second.options, resume: saved[1] as Uint8Array });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(weightsOf(second.model)).toEqual(weightsOf(straight.model));
  });

  test("is not needed to take the model out of a checkpoint", async () => {
    const model = new Sequential(new Linear(2, 4), new Linear(4, 2));
    const { data, options } = setUp();
    const saved: Uint8Array[] = [];
    await fit(model, data, {
      ...options,
      epochs: 1,
      forward: ({ points }) => model.forward(points),
      optimizer: new Adam(model.parameters()),
      callbacks: [checkpointing((bytes) => void saved.push(bytes))],
    });
    expect(weightsOf(decodeModel(saved[0] as Uint8Array))).toEqual(weightsOf(model));
  });

  test("names a class of one's own by a record, and asks for it before the first step", async () => {
    class Own extends Linear {}
    const model = new Own(2, 2);
    const { data, options } = setUp();
    const saved: Uint8Array[] = [];
    let steps = 0;
    const training = (callback: Callback): Promise<unknown> =>
      fit(model, data, {
        ...options,
        epochs: 1,
        forward: ({ points }) => model.forward(points),
        optimizer: new SGD(model.parameters()),
        callbacks: [callback, { onStep: () => void steps++ }],
      });
    const keep = (bytes: Uint8Array): void => void saved.push(bytes);
    await expect(training(checkpointing(keep))).rejects.toThrow(/^checkpointing: no record of layers has this class/);
    expect(steps).toBe(0);
    await training(checkpointing(keep, { layers: { Own } }));
    expect(saved).toHaveLength(1);
    expect(decodeModel(saved[0] as Uint8Array, { layers: { Own } })).toBeInstanceOf(Own);
  });

  test("refuses a checkpoint of another training", async () => {
    const first = setUp();
    const saved: Uint8Array[] = [];
    await fit(first.model, first.data, {
      ...first.options,
      epochs: 1,
      callbacks: [checkpointing((bytes) => void saved.push(bytes), { everySteps: 4 })],
    });
    expect(saved).toHaveLength(2);
    const resume = saved[0] as Uint8Array;
    const { model, data, options } = setUp();
    const sgd = new SGD(model.parameters());
    await expect(fit(model, data, { ...options, optimizer: sgd, resume })).rejects.toThrow(/another optimiser/);
    await expect(fit(model, data, { ...options, resume, callbacks: [earlyStopping({ patience: 1 })] })).rejects.toThrow(
      /no such part/,
    );
    await expect(fit(model, data, { ...options, resume: resume.slice(0, 2000) })).rejects.toThrow(FormatError);
  });

  describe.each([
    ["checkpointing, earlyStopping", (c: Callback, e: Callback) => [c, e]],
    ["earlyStopping, checkpointing", (c: Callback, e: Callback) => [e, c]],
  ])("with the callbacks %s", (_, order) => {
    /** Losses by epoch: the second is the best, and the training stops after the fifth. */
    const losses = [3, 1, 2, 2, 2, 0];
    const early = (): Callback =>
      earlyStopping({ patience: 3, monitor: ({ epoch }) => losses[epoch - 1] ?? Number.NaN });

    test.each([1, 2, 3, 4, 5])("from the end of epoch %i restores the same best weights", async (epoch) => {
      const saved: Uint8Array[] = [];
      const first = setUp({ epochs: 6 });
      const whole = await fit(first.model, first.data, {
        ...first.options,
        callbacks: order(
          checkpointing((bytes) => void saved.push(bytes)),
          early(),
        ),
      });
      const second = setUp({ epochs: 6 });
      const rest = await fit(second.model, second.data, {
        ...second.options,
        callbacks: order(
          checkpointing(() => undefined),
          early(),
        ),
        resume: saved[epoch - 1] as Uint8Array,
      });
      expect(weightsOf(second.model)).toEqual(weightsOf(first.model));
      expect([rest.stopped, rest.history.length]).toEqual([whole.stopped, whole.history.length]);
    });
  });

  test("is not promised by a checkpoint that would miss what a callback makes of the occasion", async () => {
    const { model, data, options } = setUp({ epochs: 1 });
    const state = { values: {}, tensors: {} };
    const saves: Callback = { state: () => state, loadState: () => undefined, onStep: (run) => void run.checkpoint() };
    const early = earlyStopping({ patience: 1 });
    await expect(fit(model, data, { ...options, callbacks: [saves, early] })).rejects.toThrow(
      /has yet to be told of what just happened[^]*callback +1/,
    );
    const { steps } = await fit(model, data, { ...options, callbacks: [early, saves, { onStep: () => undefined }] });
    expect(steps).toBe(8);
  });

  test("after an abort in the middle of validation validates again", async () => {
    const straight = setUp({ epochs: 2, validation: new Circle(6, 4) });
    const { history } = await fit(straight.model, straight.data, straight.options);
    const first = setUp({ epochs: 2 });
    const controller = new AbortController();
    const saved: Uint8Array[] = [];
    const aborting = {
      *[Symbol.iterator]() {
        for (const batch of new Circle(6, 4)) {
          controller.abort();
          yield batch;
        }
      },
    };
    await fit(first.model, first.data, {
      ...first.options,
      validation: aborting,
      signal: controller.signal,
      callbacks: [{ onEnd: (run) => void saved.push(run.checkpoint()) }],
    });
    const second = setUp({ epochs: 2, validation: new Circle(6, 4) });
    const rest = await fit(second.model, second.data, { ...second.options, resume: saved[0] as Uint8Array });
    expect(weightsOf(second.model)).toEqual(weightsOf(straight.model));
    const results = (all: typeof history): unknown => all.map(({ loss, validation }) => [loss, validation]);
    expect(results(rest.history)).toEqual(results(history));
  });

  test("brings NaN and infinite metrics back as they were", async () => {
    const metrics = { none: () => Number.NaN, all: () => Infinity, nothing: () => -Infinity };
    const first = setUp({ metrics, epochs: 2 });
    const saved: Uint8Array[] = [];
    const save: Callback = {
      onStep: (run) => {
        if (run.steps === 12) saved.push(run.checkpoint());
      },
    };
    const whole = await fit(first.model, first.data, { ...first.options, callbacks: [save] });
    const second = setUp({ metrics, epochs: 2 });
    const rest = await fit(second.model, second.data, { ...second.options, resume: saved[0] as Uint8Array });
    const wanted = { none: Number.NaN, all: Infinity, nothing: -Infinity };
    expect(rest.history.map((report) => report.metrics)).toEqual([wanted, wanted]);
    expect(whole.history.map((report) => report.metrics)).toEqual([wanted, wanted]);
  });

  test("frees what a user's iterator makes for the batches that are skipped", async () => {
    const naive = (length = 8): BatchSource<Batch> => ({
      length,
      *[Symbol.iterator]() {
        for (let i = 0; i < length; i++) {
          yield { points: ones([4, 2]).mul(i / length), inside: tensor([0, 1, 0, 1], "i32") };
        }
      },
    });
    const first = setUp();
    const saved: Uint8Array[] = [];
    const stop: Callback = {
      onStep: (run) => {
        if (run.steps !== 6) return;
        saved.push(run.checkpoint());
        run.stop("enough");
      },
    };
    await fit(first.model, naive(), { ...first.options, callbacks: [stop] });
    const second = setUp({ epochs: 1 });
    const resume = saved[0] as Uint8Array;
    await fit(second.model, naive(), { ...second.options, resume });
    const { tensors, bytes } = memory();
    await fit(second.model, naive(), { ...second.options, resume });
    expect(memory()).toMatchObject({ tensors, bytes });
    await expect(fit(second.model, naive(5), { ...second.options, resume })).rejects.toThrow(
      /fewer batches than the epoch had seen[^]*batches +5\n +wanted +6/,
    );
  });

  describe("a checkpoint that is refused", () => {
    const TRAINING = "unfold.training";
    type Training = Record<string, Record<string, unknown>>;

    async function saved(): Promise<Uint8Array> {
      const { model, data, options } = setUp({ epochs: 2 });
      const all: Uint8Array[] = [];
      const callbacks = [
        checkpointing((bytes) => void all.push(bytes), { everySteps: 5 }),
        earlyStopping({ patience: 3 }),
      ];
      await fit(model, data, { ...options, callbacks });
      return all[2] as Uint8Array;
    }

    function damaged(bytes: Uint8Array, damage: (training: Training) => void): Uint8Array {
      const { tensors, metadata } = decodeSafetensors(bytes);
      const training = JSON.parse(metadata[TRAINING] ?? "") as Training;
      damage(training);
      const all = Array.from(tensors, ([name, stored]) => [name, stored.tensor()] as const);
      return encodeSafetensors(Object.fromEntries(all), { ...metadata, [TRAINING]: JSON.stringify(training) });
    }

    const faults: [string, (training: Training) => void][] = [
      ["a negative epoch", ({ progress }) => void Object.assign(progress ?? {}, { epoch: -1 })],
      ["half a step", ({ progress }) => void Object.assign(progress ?? {}, { steps: 1.5 })],
      ["no number of steps", ({ progress }) => void delete progress?.["epochSteps"]],
      ["sums that JSON lost", ({ averages }) => void Object.assign(averages ?? {}, { sums: { "(loss)": null } })],
      ["a history that is none", (training) => void Object.assign(training, { history: [null] })],
      ["generators that are none", ({ generators }) => void Object.assign(generators ?? {}, { default: null })],
      [
        "a counter below 0",
        ({ epochGenerators: g }) => void Object.assign(g ?? {}, { data: { seed: 1, counter: -1 } }),
      ],
      ["other generators", ({ generators }) => void delete generators?.["data"]],
      ["other metrics", ({ averages }) => void Object.assign(averages ?? {}, { sums: { "(loss)": 1, recall: 1 } })],
      ["a negative rate", ({ parts }) => void Object.assign(optimizerOf(parts), { learningRate: -1 })],
      ["no state of a callback", ({ parts }) => void Object.assign(parts?.["callbacks.1"] ?? {}, { stale: -1 })],
    ];

    function optimizerOf(parts: Record<string, unknown> | undefined): object {
      const { groups: [group] = [{}] } = (parts?.["optimizer"] ?? {}) as { groups?: [object] };
      return group;
    }

    test.each(faults)("because of %s changes nothing", async (_, damage) => {
      const bytes = damaged(await saved(), damage);
      const { model, data, options } = setUp({ epochs: 2 });
      await fit(model, data, options);
      const { optimizer } = options;
      const states = (): unknown => [
        weightsOf(model),
        optimizer.state().values,
        Object.values(optimizer.state().tensors).map((moments) => [...moments.data()]),
        data.generator.state(),
        defaultGenerator().state(),
      ];
      const before = states();
      const callbacks = [checkpointing(() => undefined), earlyStopping({ patience: 3 })];
      await expect(fit(model, data, { ...options, callbacks, resume: bytes })).rejects.toThrow(FormatError);
      expect(states()).toEqual(before);
    });

    test("because of another model changes nothing", async () => {
      const { data, options } = setUp({ epochs: 1 });
      const model = new Sequential(new Linear(2, 3), new Linear(3, 2));
      const optimizer = new Adam(model.parameters());
      const before = JSON.stringify([weightsOf(model), optimizer.state().values]);
      const callbacks = [checkpointing(() => undefined), earlyStopping({ patience: 3 })];
      await expect(fit(model, data, { ...options, callbacks, optimizer, resume: await saved() })).rejects.toThrow(
        /loadStateDict/,
      );
      expect(JSON.stringify([weightsOf(model), optimizer.state().values])).toBe(before);
    });
  });
});
