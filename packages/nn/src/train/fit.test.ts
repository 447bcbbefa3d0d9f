import { Generator, memory, relu, type Tensor, tensor, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { Dropout } from "../layers/dropout.ts";
import { Linear } from "../layers/linear.ts";
import { manualSeed } from "../initialise/default-generator.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { accuracy } from "../metrics/accuracy.ts";
import { Module } from "../module/module.ts";
import { Adam } from "../optimise/adam.ts";
import type { Optimizer } from "../optimise/optimizer.ts";
import { SGD } from "../optimise/sgd.ts";
import { cosineAnnealing } from "../schedule/cosine.ts";
import type { Callback, TrainingRun } from "./callback.ts";
import { checkpointing } from "./checkpoint.ts";
import { earlyStopping } from "./early-stopping.ts";
import { evaluate } from "./evaluate.ts";
import { fit, type FitOptions } from "./fit.ts";
import type { BatchSource } from "./task.ts";

class Classifier extends Module {
  readonly hidden = new Linear(2, 12);
  readonly dropout = new Dropout(0.1);
  readonly output = new Linear(12, 2);
  override forward(x: Tensor): Tensor {
    return this.output.forward(this.dropout.forward(relu(this.hidden.forward(x))));
  }
}

interface Batch {
  readonly points: Tensor;
  readonly inside: Tensor<readonly number[], "i32">;
}

/** Points of a square; the class says whether they are inside a circle. In a new order each pass. */
class Circle implements BatchSource<Batch> {
  readonly generator: Generator;
  readonly length: number;
  private readonly size: number;

  constructor(seed: number, length = 8, size = 10) {
    this.generator = new Generator(seed);
    this.length = length;
    this.size = size;
  }

  *[Symbol.iterator](): Iterator<Batch> {
    const order = this.generator.permutation(this.length * this.size);
    const numbers = order.data();
    order.dispose();
    for (let at = 0; at < this.length; at++) {
      const chosen = [...numbers.slice(at * this.size, (at + 1) * this.size)].map(pointAt);
      const points = tensor(chosen) as Tensor;
      const inside = tensor(chosen.map(([x, y]) => (x * x + y * y < 0.6 ? 1 : 0)), "i32");
      try {
        yield { points, inside };
      } finally {
        points.dispose();
        inside.dispose();
      }
    }
  }
}

/** Spread evenly over [−1, 1]² by the additive recurrence of Roberts 2018. */
function pointAt(i: number): [number, number] {
  return [((0.7548776662 * i) % 1) * 2 - 1, ((0.5698402909 * i) % 1) * 2 - 1];
}

interface Setup {
  readonly model: Classifier;
  readonly data: Circle;
  readonly options: FitOptions<Batch, Tensor> & { optimizer: Optimizer };
}

function setUp(more: Partial<FitOptions<Batch, Tensor>> = {}): Setup {
  manualSeed(3);
  const model = new Classifier();
  return {
    model,
    data: new Circle(5),
    options: {
      epochs: 4,
      forward: ({ points }) => model.forward(points),
      loss: (logits, { inside }) => crossEntropy(logits, inside),
      metrics: { accuracy: (logits, { inside }) => accuracy(logits, inside) },
      optimizer: new Adam(model.parameters(), { learningRate: 0.02 }),
      schedule: cosineAnnealing({ steps: 32, floor: 0.1 }),
      ...more,
    },
  };
}

const weightsOf = (model: Module): number[][] => model.parameters().map((parameter) => [...parameter.data()]);

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
    expect(calls).toEqual(["start", "epoch 1", "step 1", "step 2", "end of 1", "epoch 2", "step 1", "step 2", "end of 2", "end"]);
  });

  test("knows its pace", async () => {
    const seen: number[] = [];
    const onStep = ({ secondsLeft, examplesPerSecond }: TrainingRun): void => void seen.push(secondsLeft ?? -1, examplesPerSecond);
    const { model, data, options } = setUp();
    await fit(model, data, { ...options, callbacks: [{ onStep }] });
    expect(seen.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(seen.at(-2)).toBe(0);
  });

  test("lets timers run at least every 50 ms or so", async () => {
    const { model, data, options } = setUp();
    const onStep = (): void => {
      const until = performance.now() + 5;
      while (performance.now() < until);
    };
    let ticks = 0;
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      ticks++;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    await fit(model, data, { ...options, callbacks: [{ onStep }] });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
    expect(longest).toBeLessThan(150); // 50, and what a busy machine adds
  });

  test("stops between two steps when its signal says so", async () => {
    const { model, data, options } = setUp();
    const controller = new AbortController();
    const onStep = ({ steps }: TrainingRun): void => {
      if (steps === 5) controller.abort();
    };
    const result = await fit(model, data, { ...options, signal: controller.signal, callbacks: [{ onStep }] });
    expect(result).toMatchObject({ steps: 5, stopped: "aborted", history: [] });
    expect(await fit(model, data, { ...options, signal: controller.signal })).toMatchObject({ steps: 0, stopped: "aborted" });
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
    await expect(fit(model, data, { ...options, loss })).rejects.toThrow(/the loss is not a finite number any more[\s\S]*step +1/);
    expect(weightsOf(model)).toEqual(before);
  });

  test("refuses data that can be read only once, and epochs that make no sense", async () => {
    const { model, data, options } = setUp();
    const once = data[Symbol.iterator]() as Iterator<Batch> & Iterable<Batch>;
    await expect(fit(model, once, options)).rejects.toThrow(/the data gave no batches/);
    await expect(fit(model, data, { ...options, epochs: 1.5 })).rejects.toThrow(ValueError);
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
    const data = [{ points: tensor([[0, 0], [2, 2], [3, 3]]) as Tensor, inside: tensor([1, 0, 0], "i32") }, { points: tensor([[0, 0]]) as Tensor, inside: tensor([0], "i32") }];
    const { loss, metrics, examples } = await evaluate(model, data, { ...options, loss: () => tensor(2), metrics: { rows: (logits) => logits.shape[0] ?? 0 } });
    expect([loss, metrics["rows"], examples]).toEqual([2, 2.5, 4]);
    expect(weightsOf(model)).toEqual(before);
    expect([model.training, model.dropout.training]).toEqual([true, false]);
  });
});

describe("early stopping", () => {
  /** Losses by epoch. */
  const scripted = async (losses: readonly number[], patience: number): Promise<{ epochs: number; stopped: string | undefined; model: Classifier; best: number[][][] }> => {
    const { model, options } = setUp();
    const best: number[][][] = [];
    const remember: Callback = { onEpochEnd: () => void best.push(weightsOf(model)) };
    const monitor = ({ epoch }: { epoch: number }): number => losses[epoch - 1] ?? 0;
    const { history, stopped } = await fit(model, new Circle(5, 2), { ...options, epochs: losses.length, callbacks: [remember, earlyStopping({ patience, monitor })] });
    return { epochs: history.length, stopped, model, best };
  };

  test("stops after as many epochs without an improvement, and restores the best", async () => {
    const { epochs, stopped, model, best } = await scripted([3, 2, 2.5, 2, 1, 0], 2);
    expect([epochs, stopped]).toEqual([4, "no improvement for 2 epochs"]);
    expect(weightsOf(model)).toEqual(best[1]);
  });

  test("restores the best where it goes to the end, and takes NaN for no improvement", async () => {
    const { epochs, stopped, model, best } = await scripted([3, 1, Number.NaN, 2], 3);
    expect([epochs, stopped]).toEqual([4, undefined]);
    expect(weightsOf(model)).toEqual(best[1]);
  });
});

describe("resuming", () => {
  /** A training that is stopped after so many steps, and one in a new model that goes on from its checkpoint. */
  async function stopAndResume(stopAfter: number, optimizerOf: (model: Module) => Optimizer): Promise<[straight: number[][], resumed: number[][], number[], number[]]> {
    const build = (): Setup => {
      const made = setUp();
      return { ...made, options: { ...made.options, optimizer: optimizerOf(made.model), callbacks: [earlyStopping({ patience: 3 })] } };
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
    const options = { ...build().options, forward: ({ points }: Batch) => model.forward(points), optimizer: optimizerOf(model) };
    const rest = await fit(model, new Circle(77), { ...options, resume: saved[0] as Uint8Array });
    return [weightsOf(straight.model), weightsOf(model), whole.history.map(({ loss }) => loss), rest.history.map(({ loss }) => loss)];
  }

  test.each([1, 11, 16, 24, 31])("after step %i gives the same bits as not stopping", async (steps) => {
    const [straight, resumed, losses, resumedLosses] = await stopAndResume(steps, (model) => new Adam(model.parameters(), { learningRate: 0.02 }));
    expect(resumed).toEqual(straight);
    expect(resumedLosses).toEqual(losses);
  });

  test("works with momentum too", async () => {
    const [straight, resumed] = await stopAndResume(13, (model) => new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 }));
    expect(resumed).toEqual(straight);
  });

  test("goes on after an epoch that was finished", async () => {
    const straight = setUp();
    await fit(straight.model, straight.data, straight.options);
    const first = setUp();
    const saved: Uint8Array[] = [];
    await fit(first.model, first.data, { ...first.options, epochs: 2, callbacks: [checkpointing((bytes) => void saved.push(bytes))] });
    expect(saved).toHaveLength(2);
    const second = setUp();
    const { history } = await fit(second.model, second.data, { ...second.options, resume: saved[1] as Uint8Array });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(weightsOf(second.model)).toEqual(weightsOf(straight.model));
  });

  test("refuses a checkpoint of another training", async () => {
    const first = setUp();
    const saved: Uint8Array[] = [];
    await fit(first.model, first.data, { ...first.options, epochs: 1, callbacks: [checkpointing((bytes) => void saved.push(bytes), { everySteps: 4 })] });
    expect(saved).toHaveLength(2);
    const resume = saved[0] as Uint8Array;
    const { model, data, options } = setUp();
    const sgd = new SGD(model.parameters());
    await expect(fit(model, data, { ...options, optimizer: sgd, resume })).rejects.toThrow(/another optimiser/);
    await expect(fit(model, data, { ...options, resume, callbacks: [earlyStopping({ patience: 1 })] })).rejects.toThrow(/no such part/);
    await expect(fit(model, data, { ...options, resume: resume.slice(0, 2000) })).rejects.toThrow();
  });
});
