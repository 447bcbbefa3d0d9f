import { describe, expect, test, vi } from "vitest";
import { Linear } from "../layers/linear.ts";
import { SGD } from "../optimise/sgd.ts";
import type { EpochReport, TrainingRun } from "./callback.ts";
import { duration, progress, progressLine } from "./progress.ts";

const model = new Linear(1, 1);

/** A run that is at a given place. */
function runAt(more: Partial<TrainingRun> = {}): TrainingRun {
  return {
    model,
    optimizer: new SGD(model.parameters()),
    epoch: 1,
    epochs: 3,
    epochSteps: 412,
    stepsPerEpoch: 938,
    steps: 412,
    lastLoss: 0.2,
    loss: 0.18341,
    metrics: { accuracy: 0.94612, margin: 1.5 },
    examplesPerSecond: 9812.4,
    secondsLeft: 18.2,
    history: [],
    stop: () => undefined,
    checkpoint: () => new Uint8Array(),
    ...more,
  };
}

const report: EpochReport = {
  epoch: 1,
  loss: 0.12345,
  metrics: { accuracy: 0.96 },
  validation: { loss: 0.2, metrics: { accuracy: 0.955 }, examples: 10, complete: true },
  examples: 60,
  steps: 938,
  seconds: 6.04,
  examplesPerSecond: 9900,
};

function written(live: boolean): { output: { write(text: string): void; live: boolean }; text: () => string } {
  const pieces: string[] = [];
  return { output: { write: (text) => void pieces.push(text), live }, text: () => pieces.join("") };
}

describe("progress", () => {
  test("is one line with all there is to know", () => {
    expect(progressLine(runAt(), "images")).toBe(
      "epoch 1/3  step 412/938  loss 0.1834  accuracy 94.61 %  margin 1.500  9,812 images/s  18 s left",
    );
    expect(progressLine(runAt({ epochSteps: 7, stepsPerEpoch: undefined, secondsLeft: undefined, metrics: {} }))).toBe(
      "epoch 1/3  step 7  loss 0.1834  9,812 examples/s",
    );
  });

  test("writes over its line on a terminal, and ends it with the epoch", async () => {
    const { output, text } = written(true);
    const callback = progress({ output, unit: "images" });
    await callback.onStep?.(runAt());
    await callback.onStep?.(runAt()); // too soon for another
    await callback.onEpochEnd?.(runAt(), report);
    const lines = text().split("\n");
    expect(lines).toEqual([
      `\r\u001B[K${progressLine(runAt(), "images")}\r\u001B[Kepoch 1/3  loss 0.1235  accuracy 96.00 %  validation:  loss 0.2000  accuracy 95.50 %  9,900 images/s  6.0 s`,
      "",
    ]);
  });

  test("writes plain lines elsewhere, and why training stopped", async () => {
    const { output, text } = written(false);
    const callback = progress({ output });
    await callback.onStart?.(runAt());
    await callback.onStep?.(runAt()); // ten seconds are not over
    await callback.onEpochEnd?.(runAt(), report);
    await callback.onEnd?.(runAt({ epoch: 2 }), { history: [], steps: 1, seconds: 1, stopped: "aborted" });
    const [epochLine = "", ...rest] = text().split("\n");
    expect(epochLine.startsWith("epoch 1/3  loss 0.1235")).toBe(true);
    expect(rest).toEqual(["stopped in epoch 2: aborted", ""]);
  });

  test("keeps short epochs of a pipe to a line each ten seconds, with the first one and the last that there was", async () => {
    vi.useFakeTimers();
    try {
      const { output, text } = written(false);
      const callback = progress({ output });
      const epoch = (number: number): void => {
        vi.advanceTimersByTime(100);
        void callback.onStep?.(runAt({ epoch: number, epochs: 500 }));
        void callback.onEpochEnd?.(runAt({ epoch: number, epochs: 500 }), { ...report, epoch: number });
      };
      await callback.onStart?.(runAt());
      for (let number = 1; number <= 350; number++) epoch(number);
      await callback.onEnd?.(runAt({ epoch: 350, epochs: 500 }), {
        history: [],
        steps: 1,
        seconds: 1,
        stopped: "early",
      });
      const lines = text().split("\n");
      expect(lines.map((line) => line.split("  ")[0])).toEqual([
        "epoch 1/500",
        "epoch 101/500",
        "epoch 201/500",
        "epoch 301/500",
        "epoch 350/500",
        "stopped in epoch 350: early",
        "",
      ]);
      for (let number = 351; number <= 500; number++) epoch(number);
      expect(text()).toContain("epoch 500/500");
    } finally {
      vi.useRealTimers();
    }
  });

  test("says where training failed, on a line of its own", async () => {
    const { output, text } = written(true);
    const callback = progress({ output });
    await callback.onError?.(runAt({ epoch: 0 }), new Error("no file"));
    await callback.onError?.(runAt({ epoch: 2, epochSteps: 7 }), new Error("NaN"));
    expect(text().replaceAll("\r\u001B[K", "")).toBe(
      "failed before the first epoch\nfailed in epoch 2 after 7 steps\n",
    );
  });

  test("says durations as people do", () => {
    expect([0.04, 9.96, 42.4, 59.6, 200, 3599.9, 7500].map(duration)).toEqual([
      "0.0 s",
      "10.0 s",
      "42 s",
      "1 min 0 s",
      "3 min 20 s",
      "1 h 0 min",
      "2 h 5 min",
    ]);
  });
});
