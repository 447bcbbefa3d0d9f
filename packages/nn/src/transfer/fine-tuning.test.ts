import { Generator, type Tensor, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { batches } from "../data/batches.ts";
import { tabular } from "../data/tabular.ts";
import { manualSeed } from "../initialise/default-generator.ts";
import { Linear } from "../layers/linear.ts";
import { Sequential } from "../layers/sequential.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { Adam } from "../optimise/adam.ts";
import { SGD } from "../optimise/sgd.ts";
import { backward } from "../train/backward.ts";
import type { Callback } from "../train/callback.ts";
import { fit } from "../train/fit.ts";
import type { FitOptions } from "../train/fit-options.ts";
import { discriminativeRates } from "./discriminative-rates.ts";
import { gradualUnfreezing } from "./gradual-unfreezing.ts";
import { stagesOf } from "./stages.ts";

const chain = (): Sequential => new Sequential(new Linear(2, 2), new Linear(2, 2), new Linear(2, 2), new Linear(2, 2));
const learning = (model: Sequential): string[] =>
  stagesOf(model).flatMap(({ name, parameters }) => (parameters.every(({ frozen }) => !frozen) ? [name] : []));

describe("discriminativeRates", () => {
  test("are those of Howard and Ruder: each stage's is that of the next by 2.6", () => {
    const rates = discriminativeRates(chain(), { learningRate: 0.01 }).map(({ learningRate }) => learningRate);
    expect(rates.map((rate) => Number(rate.toPrecision(6)))).toEqual([0.000568958, 0.00147929, 0.00384615, 0.01]);
    expect(discriminativeRates(chain(), { learningRate: 1, factor: 1 }).map((group) => group.learningRate)).toEqual([
      1, 1, 1, 1,
    ]);
  });

  test("are steps of those lengths", () => {
    manualSeed(1);
    const model = chain();
    const before = model.parameters().map((parameter) => parameter.clone());
    const optimizer = new SGD(discriminativeRates(model, { learningRate: 0.8, factor: 2 }));
    backward(model, () => model.parameters().reduce<Tensor<[]>>((sum, each) => sum.add(each.sum()), tensor(0)));
    optimizer.step();
    const moved = model
      .parameters()
      .map((parameter, at) => Number((before[at] as Tensor).sub(parameter).abs().max().item().toFixed(5)));
    expect(moved).toEqual([0.1, 0.1, 0.2, 0.2, 0.4, 0.4, 0.8, 0.8]); // every gradient is 1
  });

  test("refuses what makes no sense", () => {
    expect(() => discriminativeRates(chain(), { learningRate: -1 })).toThrow(/learningRate/);
    expect(() => discriminativeRates(chain(), { learningRate: 1, factor: 0.5 })).toThrow(/factor/);
    expect(() => discriminativeRates(chain(), { learningRate: 1, facto: 2 } as never)).toThrow(/did you mean factor/);
  });
});

const points = new Generator(3).normal([12, 2]).toArray() as number[][];
const data = () => tabular({ x: points, y: points.map(([a = 0, b = 0]) => (a > b ? 1 : 0)) }, { dtypes: { y: "i32" } });

function setUp(model: Sequential, more: Partial<FitOptions<{ x: Tensor; y: Tensor<[number], "i32"> }, Tensor>>) {
  return {
    forward: ({ x }: { x: Tensor }) => model.forward(x),
    loss: (logits: Tensor, { y }: { y: Tensor<[number], "i32"> }) => crossEntropy(logits, y),
    optimizer: new Adam(discriminativeRates(model, { learningRate: 0.01 })),
    epochs: 5,
    ...more,
  };
}

describe("gradualUnfreezing", () => {
  test("thaws one stage after the other, in fit as in a plain loop", async () => {
    const model = chain();
    const seen: string[][] = [];
    const look: Callback = { onStep: () => void seen.push(learning(model)) };
    await fit(model, batches(data(), 12), setUp(model, { callbacks: [look, gradualUnfreezing()] }));
    const expected = [["3"], ["2", "3"], ["1", "2", "3"], ["0", "1", "2", "3"], ["0", "1", "2", "3"]];
    expect(seen).toEqual(expected);

    const other = chain();
    const thaw = gradualUnfreezing();
    for (const [at, names] of expected.entries()) {
      expect(thaw.at(other, at + 1)).toBe(names.length);
      expect(learning(other)).toEqual(names);
    }
  });

  test("moves what is thawed, and nothing else", async () => {
    const model = chain();
    const before = model.parameters().map((parameter) => [...parameter.data()]);
    await fit(model, batches(data(), 4), setUp(model, { epochs: 2, callbacks: [gradualUnfreezing()] }));
    const moved = model
      .parameters()
      .map((parameter, at) => parameter.data().some((value, i) => value !== before[at]?.[i]));
    expect(moved).toEqual([false, false, false, false, true, true, true, true]);
  });

  test.each([
    [{ every: 2 }, [1, 1, 2, 2, 3]],
    [{ start: 2 }, [2, 3, 4, 4, 4]],
    [{ start: 2, every: 3, most: 3 }, [2, 2, 2, 3, 3]],
    [{ most: 2 }, [1, 2, 2, 2, 2]],
  ])("%o", (options, counts) => {
    const model = chain();
    expect(counts.map((_, at) => gradualUnfreezing(options).at(model, at + 1))).toEqual(counts);
  });

  test("goes on from a checkpoint in the middle of an epoch with the bits of a run that was not stopped", async () => {
    const run = async (
      stopAfter: number | undefined,
      resume?: Uint8Array,
    ): Promise<{ model: Sequential; saved?: Uint8Array }> => {
      manualSeed(5);
      const model = chain();
      const kept: { saved?: Uint8Array } = {};
      const stop: Callback = {
        onStep: (now) => {
          if (now.steps !== stopAfter) return;
          kept.saved = now.checkpoint();
          now.stop("here");
        },
      };
      const options = setUp(model, { callbacks: [gradualUnfreezing(), stop], ...(resume && { resume }) });
      await fit(model, batches(data(), 4), options);
      return { model, ...kept };
    };
    const whole = await run(undefined);
    const { saved } = await run(5); // of three steps an epoch the second of the second
    const rest = await run(undefined, saved);
    const bits = (model: Sequential): number[][] => model.parameters().map((parameter) => [...parameter.data()]);
    expect(bits(rest.model)).toEqual(bits(whole.model));
  });

  test("refuses what makes no sense", () => {
    expect(() => gradualUnfreezing({ every: 0 })).toThrow(/every/);
    expect(() => gradualUnfreezing().at(chain(), 0)).toThrow(/epoch/);
  });
});
