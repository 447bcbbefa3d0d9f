import { conv2d, fromArray, relu, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { profile } from "./profile.ts";
import { layerTable } from "./table.ts";

const arithmetic = { run() {}, flops: 1, instruction: "fused multiply-add" } as const;
const effort = { warmUp: 1, measure: 1, fewestTurns: 1 };
const x: Tensor = fromArray(new Float32Array(2 * 4 * 36).fill(1), [2, 4, 6, 6]);
const weight: Tensor = fromArray(new Float32Array(4 * 36).fill(1), [4, 4, 3, 3]);

function convolve(from: Tensor): Tensor {
  return conv2d<Shape, Shape>(from, weight, undefined, { padding: 1 });
}

test("each call of a run by its op and shapes, those alike together", () => {
  const { layers, milliseconds } = profile(
    () => {
      const first = convolve(x);
      const second = convolve(first);
      relu(second).dispose();
      for (const each of [first, second]) each.dispose();
    },
    arithmetic,
    effort,
  );
  expect(layers.map(({ label, count, flops }) => [label, count, flops])).toEqual([
    ["conv2d 2×4×6×6 4×4×3×3 → 2×4×6×6", 2, 2 * 2 * (2 * 4 * 36) * 36],
    ["relu 2×4×6×6 → 2×4×6×6", 1, undefined],
  ]);
  const calls = layers.reduce((sum, layer) => sum + layer.milliseconds, 0);
  expect(calls).toBeGreaterThan(0);
  expect(milliseconds).toBeGreaterThan(0);
});

test("what decides a layer's speed beside its shapes is told", () => {
  const filters: Tensor = fromArray(new Float32Array(4 * 9), [4, 1, 3, 3]);
  const { layers } = profile(
    () => conv2d<Shape, Shape>(x, filters, undefined, { stride: 2, groups: 4 }).dispose(),
    arithmetic,
    effort,
  );
  expect(layers.map(({ label }) => label)).toEqual(["conv2d 2×4×6×6 4×1×3×3 → 2×4×2×2 stride 2 groups 4"]);
});

test("a run that makes other calls than the one before is refused", () => {
  let runs = 0;
  const changing = (): void => {
    if (++runs > 2) relu(x).dispose();
  };
  expect(() => profile(changing, arithmetic, effort)).toThrow("a run made 1 calls, the first made 0");
});

test("the table names the layers that lose most", () => {
  const layer = (label: string, milliseconds: number, flops?: number) => ({ label, count: 1, milliseconds, flops });
  const layers = [
    layer("a", 4, 100e6),
    layer("b", 10, 490e6),
    layer("c", 2, 200e6),
    layer("norm", 3),
    layer("d", 3, 30e6),
    layer("e", 1, 10e6),
    layer("tiny", 0.01),
  ];
  const lines = layerTable({ layers, milliseconds: 25, ceilingGflops: 50 }).split("\n");
  expect(lines.map((line) => line.trim().replaceAll(/ {2,}/g, " | "))).toEqual([
    "calls | time | of all | of the ceiling",
    "b | 1 × | 10.0 ms | 43 % | 49.0 GFLOP/s | 98 %",
    "a | 1 × | 4.00 ms | 17 % | 25.0 GFLOP/s | 50 % | ← loses 2.00 ms",
    "norm | 1 × | 3.00 ms | 13 %",
    "d | 1 × | 3.00 ms | 13 % | 10.0 GFLOP/s | 20 % | ← loses 2.40 ms",
    "c | 1 × | 2.00 ms | 9 % | 100 GFLOP/s | 200 %",
    "e | 1 × | 1.00 ms | 4 % | 10.0 GFLOP/s | 20 % | ← loses 0.800 ms",
    "smaller ones | 1 × | 0.0100 ms | 0 % | 0.00 GFLOP/s | 0 %",
    "all calls | 7 × | 23.0 ms | 100 % | 36.1 GFLOP/s | 72 %",
    "the fastest run | 25.0 ms",
    "the multiply-add loop | 50.0 GFLOP/s",
  ]);
});
