import { ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { cosineAnnealing } from "./cosine.ts";
import { linearDecay, stepDecay } from "./decay.ts";
import { oneCycle } from "./one-cycle.ts";
import { cosinePi } from "./schedule.ts";
import { warmUp } from "./warm-up.ts";

const at = (schedule: (step: number) => number, steps: readonly number[]): number[] => steps.map(schedule);
const near = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 12));

describe("schedules", () => {
  test("cosinePi is the cosine", () => {
    for (let x = 0; x <= 1; x += 1 / 64) expect(Math.abs(cosinePi(x) - Math.cos(Math.PI * x))).toBeLessThan(1e-15);
  });

  test("cosineAnnealing goes from 1 to its floor and stays there", () => {
    expect(at(cosineAnnealing({ steps: 100, floor: 0.1 }), [0, 50, 100, 200])).toEqual(near([1, 0.55, 0.1, 0.1]));
  });

  test("stepDecay is PyTorch's StepLR", () => {
    expect(at(stepDecay({ every: 30, factor: 0.1 }), [0, 29, 30, 59, 60, 90])).toEqual(
      near([1, 1, 0.1, 0.1, 0.01, 0.001]),
    );
  });

  test("linearDecay is a straight line", () => {
    expect(at(linearDecay({ steps: 10, floor: 0.5 }), [0, 5, 10, 11])).toEqual(near([1, 0.75, 0.5, 0.5]));
  });

  test("warmUp rises, then follows", () => {
    expect(at(warmUp({ steps: 4, next: linearDecay({ steps: 10 }) }), [0, 1, 3, 4, 9, 14])).toEqual(
      near([0.25, 0.5, 1, 1, 0.5, 0]),
    );
  });

  // torch.optim.lr_scheduler.OneCycleLR(SGD(lr=1), max_lr=1, total_steps=10): lr at each step, in f64.
  test("oneCycle is PyTorch's OneCycleLR", () => {
    const wanted = Array.from({ length: 10 }, (_, step) => {
      const anneal = (from: number, to: number, share: number): number =>
        to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
      const [peak, last] = [0.3 * 10 - 1, 10 - 1];
      return step <= peak ? anneal(1 / 25, 1, step / peak) : anneal(1, 1 / 25 / 1e4, (step - peak) / (last - peak));
    });
    expect(at(oneCycle({ steps: 10 }), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual(near(wanted));
    expect(at(oneCycle({ steps: 10 }), [0, 2, 9, 12])).toEqual(near([0.04, 1, 4e-6, 4e-6]));
  });

  test("refuse steps and shares that make no sense", () => {
    expect(() => cosineAnnealing({ steps: 0 })).toThrow(ValueError);
    expect(() => stepDecay({ every: 1.5 })).toThrow(ValueError);
    expect(() => oneCycle({ steps: 10, rise: 2 })).toThrow(ValueError);
  });
});
