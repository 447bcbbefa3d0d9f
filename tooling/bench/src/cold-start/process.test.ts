import { expect, test } from "vitest";
import { emptyProcess, processOf } from "./process.ts";

const problem = { left: Float32Array.of(1, 2, 3, 4), right: Float32Array.of(5, 6, 7, 8) };

test("a process multiplies what it is given", async () => {
  const contender = processOf("jax-js", problem);
  expect(await contender.outputs()).toEqual({ product: [19, 22, 43, 50] });
  await expect(contender.run()).resolves.toBeUndefined();
});

test("a process that fails says why", async () => {
  await expect(processOf("absent", problem).run()).rejects.toThrow(/absent\.mjs ended with 1: .*Cannot find module/s);
});

test("the floor is a process that ends by itself", async () => {
  await expect(emptyProcess().run()).resolves.toBeUndefined();
});
