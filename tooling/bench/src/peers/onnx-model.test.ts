import { expect, test } from "vitest";
import { onnxruntimeWeb } from "./onnxruntime-web.ts";

test("a model of one operator runs, and no global is left behind", async () => {
  const { matmul } = await onnxruntimeWeb.load();
  const [left, right] = [Float32Array.of(1, 2), Float32Array.of(3, 4, 5, 6)];
  const contender = await matmul?.({ rows: 1, inner: 2, columns: 2, left, right });
  expect(await contender?.outputs()).toEqual({ product: Float32Array.of(13, 16) });
  await contender?.dispose();
  expect("Worker" in globalThis).toBe(false);
});
