import { FormatError, memory, tensor } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import type { Callback } from "./callback.ts";
import { Circle, type Classifier, setUp, weightsOf } from "./circle.ts";
import { earlyStopping } from "./early-stopping.ts";
import { fit } from "./fit.ts";

describe("early stopping", () => {
  /** Losses by epoch. */
  const scripted = async (
    losses: readonly number[],
    patience: number,
  ): Promise<{ epochs: number; stopped: string | undefined; model: Classifier; best: number[][][] }> => {
    const { model, options } = setUp();
    const best: number[][][] = [];
    const remember: Callback = { onEpochEnd: () => void best.push(weightsOf(model)) };
    const monitor = ({ epoch }: { epoch: number }): number => losses[epoch - 1] ?? 0;
    const { history, stopped } = await fit(model, new Circle(5, 2), {
      ...options,
      epochs: losses.length,
      callbacks: [remember, earlyStopping({ patience, monitor })],
    });
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

  const train = async (callback: Callback, losses: readonly number[], more = {}): Promise<number> => {
    const { model, options } = setUp();
    const { history } = await fit(model, new Circle(5, 2), {
      ...options,
      epochs: losses.length,
      callbacks: [callback],
      ...more,
    });
    return history.length;
  };
  const scriptedBy = (losses: readonly number[], patience = 1): Callback =>
    earlyStopping({ patience, monitor: ({ epoch }) => losses[epoch - 1] ?? 0 });

  test("starts afresh with each training", async () => {
    const losses = [0.1, 0.2];
    const callback = scriptedBy(losses);
    expect(await train(callback, losses)).toBe(2);
    losses.splice(0, 2, 5, 4, 3);
    expect(await train(callback, losses)).toBe(3);
  });

  test("starts afresh after an error too, and holds no copies then", async () => {
    const losses = [0.1, 0.2, 0.3];
    const callback = scriptedBy(losses, 9);
    const fail = {
      onEpochEnd: () => {
        throw new Error("full disk");
      },
    };
    const { model, options } = setUp();
    const before = memory();
    await expect(fit(model, new Circle(5, 2), { ...options, epochs: 3, callbacks: [callback, fail] })).rejects.toThrow(
      "full disk",
    );
    options.optimizer.dispose();
    for (const parameter of model.parameters()) parameter.dropGrad();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    losses.splice(0, 3, 5, 4, 3);
    expect(await train(callback, losses)).toBe(3);
  });

  test("refuses a monitor that gives no number", async () => {
    const callback = earlyStopping({ patience: 1, monitor: () => undefined as never });
    await expect(train(callback, [1])).rejects.toThrow(/monitor gives a number/);
    expect(() => earlyStopping({ patience: 1, minDelta: Number.NaN })).toThrow(/minDelta/);
  });

  const tensors = {};
  test.each([
    ["nothing", undefined],
    ["an empty record", {}],
    ["a best that is NaN", { values: { best: Number.NaN, stale: 0 }, tensors }],
    ["a best that is missing", { values: { stale: 0 }, tensors }],
    ["epochs below 0", { values: { best: 1, stale: -1 }, tensors }],
    ["half an epoch", { values: { best: 1, stale: 0.5 }, tensors }],
    ["weights that are arrays", { values: { best: 1, stale: 0 }, tensors: { weight: [1, 2] } }],
  ])("refuses a state of %s, and keeps its own", (_, state) => {
    const callback = scriptedBy([], 3);
    const weight = tensor([1, 2]);
    callback.loadState?.({ values: { best: 0.5, stale: 2 }, tensors: { weight } });
    expect(() => callback.loadState?.(state as never)).toThrow(FormatError);
    const kept = callback.state?.();
    expect(kept?.values).toEqual({ best: 0.5, stale: 2 });
    expect(kept?.tensors["weight"]?.toArray()).toEqual([1, 2]);
  });
});
