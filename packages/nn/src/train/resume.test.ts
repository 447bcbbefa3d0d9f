import { FormatError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { manualSeed } from "../initialise/default-generator.ts";
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
});
