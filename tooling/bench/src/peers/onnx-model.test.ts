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
