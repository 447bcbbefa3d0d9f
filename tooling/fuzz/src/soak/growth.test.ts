import { expect, test } from "vitest";
import { growing, type Sample } from "./growth.ts";
import { soak } from "./soak.ts";

const samplesOf = (used: (steps: number) => number): Sample[] =>
  Array.from({ length: 20 }, (_, i) => ({ steps: i * 100, values: { used: used(i * 100) } }));

test("what grows to its end is told with its rise, what stops in the first half is not", () => {
  expect(
    growing(
      samplesOf((steps) => 5 + steps),
      { used: 100 },
    ),
  ).toEqual(["used rose by 900 over the second half; 100 is allowed"]);
  expect(
    growing(
      samplesOf((steps) => Math.min(steps, 800)),
      { used: 100 },
    ),
  ).toEqual([]);
});

test("mixed training steps leave nothing behind", async () => {
  expect(await soak({ steps: 1200, seed: 1, samples: 24, isQuick: true, say: () => undefined })).toEqual([]);
});

test("a soak sees a tensor that is forgotten now and then", async () => {
  const { tensor } = await import("@unfoldjs/tensor-core");
  const forgotten: unknown[] = [];
  const say = (): void => void forgotten.push(tensor([1]));
  const problems = await soak({ steps: 400, seed: 1, samples: 20, isQuick: true, say });
  expect(problems.join("\n")).toContain("tensors rose by");
  expect(forgotten.length).toBeGreaterThan(10);
});
