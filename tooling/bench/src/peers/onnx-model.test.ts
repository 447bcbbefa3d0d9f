import { expect, test } from "vitest";
import { onnxruntimeWeb } from "./onnxruntime-web.ts";

test("a model of one operator runs, and no global is left behind", async () => {
  const { matmul } = await onnxruntimeWeb.load(1);
  const [left, right] = [Float32Array.of(1, 2), Float32Array.of(3, 4, 5, 6)];
  const contender = await matmul?.({ rows: 1, inner: 2, columns: 2, left, right });
  expect(await contender?.outputs()).toEqual({ product: Float32Array.of(13, 16) });
  await contender?.dispose();
  expect("Worker" in globalThis).toBe(false);
});

test("an operator has its settings, single numbers and lists", async () => {
  const { convolution } = await onnxruntimeWeb.load(1);
  const [images, weight] = [Float32Array.of(5, 7), Float32Array.of(1, 2)];
  const sizes = { batch: 1, channels: 2, size: 1, filters: 2, kernel: 1, padding: 1, groups: 2 };
  const contender = await convolution?.({ ...sizes, images, weight });
  expect(await contender?.outputs()).toEqual({
    maps: Float32Array.of(0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0, 0, 0),
  });
  await contender?.dispose();
});

test("constants are part of the model, and gates stand in its order", async () => {
  const { recurrence } = await onnxruntimeWeb.load(1);
  const sizes = { time: 1, batch: 1, features: 1, hidden: 1, x: Float32Array.of(1), weightHh: new Float32Array(4) };
  const contender = await recurrence?.({
    ...sizes,
    kind: "lstm",
    // i and o are open and f is closed: what is left is tanh(tanh(g)).
    weightIh: Float32Array.of(40, -40, 0.5, 40),
    biasIh: new Float32Array(4),
    biasHh: new Float32Array(4),
  });
  const { output } = (await contender?.outputs()) ?? {};
  expect(output?.[0]).toBeCloseTo(Math.tanh(Math.tanh(0.5)), 6);
  await contender?.dispose();
});
