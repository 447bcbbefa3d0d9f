import { tensor } from "@unfoldjs/tensor-core";
import { afterEach, expect, test, vi } from "vitest";
import { ReLU } from "../layers/activation.ts";
import { type Layer, Sequential } from "../layers/sequential.ts";

afterEach(() => vi.restoreAllMocks());

test("a warning of growing memory names the line that called a model, however deep the layer is that made the tensors", () => {
  const warnings: string[] = [];
  vi.spyOn(console, "warn").mockImplementation((text: unknown) => void warnings.push(String(text)));
  let model: Layer = new ReLU();
  for (let depth = 0; depth < 6; depth++) model = new Sequential(model);
  const x = tensor([1, 2]);
  const results = Array.from({ length: 50_000 }, () => model.forward(x)); // outside of every scope
  for (const result of results) result.dispose();
  expect(warnings.length).toBeGreaterThan(0);
  expect(warnings[0]).toMatch(/made at \(1\) {2}.*call-sites\.test\.ts/);
});
