import { describe, expect, test } from "vitest";
import { type Display, Progress } from "./progress.ts";

/** Runs 2 epochs of 10 steps, each of 64 pictures and `milliseconds`, and gives what was written. */
function run(isTerminal: boolean, milliseconds: number): { text: string; progress: Progress } {
  let text = "";
  let time = 5000;
  const display: Display = { isTerminal, write: (part) => (text += part) };
  const progress = new Progress({ epochs: 2, stepsPerEpoch: 10 }, display, () => time);
  for (let step = 0; step < 20; step++) {
    time += milliseconds;
    progress.step({ loss: 2 - step / 10, accuracy: 0.5, images: 64 });
  }
  return { text, progress };
}

describe("progress", () => {
  test("is five lines an epoch where there is no terminal", () => {
    const lines = run(false, 100).text.trimEnd().split("\n");
    expect(lines.length).toBe(10);
    expect(lines[0]).toBe("epoch 1/2  step  2/10  loss 1.9500  accuracy  50.0 %     640 images/s  2 s left");
    expect(lines.at(-1)).toMatch(/^epoch 2\/2 {2}step 10\/10 .* 0 s left$/);
  });

  test("is one line an epoch, drawn over, in a terminal", () => {
    const { text } = run(true, 60);
    expect(text.split("\n").length).toBe(3);
    expect(text.startsWith("\r\x1b[2Kepoch 1/2  step  1/10")).toBe(true);
    // Every second step is 100 ms after the last drawing, and the last of an epoch is drawn in any case.
    expect(
      text
        .split("\r")
        .slice(1, 6)
        .map((line) => /step +(\d+)/.exec(line)?.[1]),
    ).toEqual(["1", "3", "5", "7", "9"]);
    expect(text).toContain("step 10/10");
  });

  test("counts time from its start to the last step", () => {
    const { progress } = run(false, 100);
    expect(progress.seconds).toBeCloseTo(2, 10);
    expect(progress.imagesPerSecond).toBeCloseTo(640, 8);
    expect(progress.losses.length).toBe(20);
  });

  test("writes as many lines as there are steps when these are few", () => {
    let text = "";
    const progress = new Progress(
      { epochs: 1, stepsPerEpoch: 2 },
      { isTerminal: false, write: (part) => (text += part) },
    );
    for (const loss of [1, 1]) progress.step({ loss, accuracy: 1, images: 1 });
    expect(text.trimEnd().split("\n").length).toBe(2);
  });
});
