import { afterEach, expect, test, vi } from "vitest";
import { RuntimeError, tensor } from "../index.node.ts";
import { shared } from "./shared.ts";

const KEY = Symbol.for("@unfoldjs/tensor-core");
const place = globalThis as { [KEY]?: object };

afterEach(() => {
  place[KEY] = shared;
});

test("a second copy of the same version adopts the first's runtime, and tensors pass between them", async () => {
  vi.resetModules();
  const second = await import("../index.node.ts");
  expect(second.tensor).not.toBe(tensor);
  const mixed = second.add(second.tensor([1, 2]), tensor([10, 20]));
  expect(mixed.toArray()).toEqual([11, 22]);
  expect(second.isTensor(tensor([1]))).toBe(true);
  expect(second.memory().tensors).toBe((await import("../storage/memory.ts")).memory().tensors);
});

test("another version is an error that names both", async () => {
  place[KEY] = { ...shared, version: "9.9.9" };
  vi.resetModules();
  await expect(import("./shared.ts")).rejects.toThrow(
    /two versions of the core cannot share one heap[^]*running +9\.9\.9/,
  );
  await expect(import("./shared.ts")).rejects.toMatchObject({ code: new RuntimeError("", {}, "").code });
});
