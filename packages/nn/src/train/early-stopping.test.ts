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
});
