import { imagesFromIdx } from "@unfoldjs/datasets";
import { full, Generator, memory } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { readRun, type Run } from "./run.ts";
import { Trainer } from "./trainer.ts";

/** Noise is as good as digits where only bits are compared. 150 pictures: with batches of 64 a pass ends after 3 steps. */
function noise(): ReturnType<typeof imagesFromIdx> {
  const generator = new Generator(5);
  const images = Uint8Array.from(generator.integers([150 * 784], 0, 256).data());
  const labels = Uint8Array.from(generator.integers([150], 0, 10).data());
  const names = Array.from({ length: 10 }, (_, i) => String(i));
  return imagesFromIdx({ shape: [150, 28, 28], data: images }, { shape: [150], data: labels }, names);
}

const pictures = noise();
const run = (query: string): Run => readRun(new URLSearchParams(query)).state;

function losses(trainer: Trainer, until: number): number[] {
  const all: number[] = [];
  while (trainer.step < until) all.push(trainer.learn().loss);
  return all;
}

describe("a trainer", () => {
  test("has the same curve for the same run", () => {
    const once = losses(new Trainer(run("filters=2&kernel=3"), pictures), 6);
    expect(losses(new Trainer(run("filters=2&kernel=3"), pictures), 6)).toEqual(once);
    expect(losses(new Trainer(run("filters=2&kernel=3&seed=2"), pictures), 6)).not.toEqual(once);
  });

  test.each([0, 1, 3, 4, 5])("goes on from a snapshot after step %i with the same bits", (at) => {
    const described = run("filters=2&kernel=3&changes=2:lr=0.01;4:batch=32%26dropout=0.5");
    const straight = new Trainer(described, pictures);
    const before = losses(straight, at);
    const snapshot = straight.snapshot();
    const after = losses(straight, 9);
    const resumed = new Trainer(described, pictures);
    losses(resumed, 7);
    resumed.restore(snapshot);
    expect(before).toHaveLength(at);
    expect(resumed.step).toBe(at);
    expect(losses(resumed, 9)).toEqual(after);
  });

  test("takes a change from its step on, and not before", () => {
    const plain = losses(new Trainer(run("filters=2&kernel=3"), pictures), 5);
    const changed = losses(new Trainer(run("filters=2&kernel=3&changes=3:lr=0.05"), pictures), 5);
    expect(changed.slice(0, 4)).toEqual(plain.slice(0, 4)); // the fourth loss is measured before its step
    expect(changed[4]).not.toBe(plain[4]);
  });

  test("takes no step with a loss that is no number", () => {
    const trainer = new Trainer(run("filters=2&kernel=3"), pictures);
    losses(trainer, 2);
    trainer.model.output.bias?.assign(full([10], Number.NaN));
    const weights = trainer.model.conv1.weight.data();
    expect(trainer.learn().loss).toBeNaN();
    expect(trainer.step).toBe(2);
    expect(trainer.model.conv1.weight.data()).toEqual(weights);
  });

  test("leaves nothing behind", () => {
    const before = memory().tensors;
    const trainer = new Trainer(run("filters=2&kernel=3"), pictures);
    losses(trainer, 4);
    const snapshot = trainer.snapshot();
    trainer.restore(snapshot);
    losses(trainer, 6);
    trainer.dispose();
    expect(memory().tensors).toBe(before);
  });
});
