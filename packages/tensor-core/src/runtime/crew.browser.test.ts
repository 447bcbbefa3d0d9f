import { exp, Generator, matmul, runtime, scope } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";

test("an isolated page shares work with workers, and not a bit changes", async () => {
  runtime.configure({ threads: 3 });
  expect(runtime.info()).toMatchObject({ build: "relaxed", mostThreads: 3, sharedMemory: true, missing: [] });
  const generator = new Generator(1);
  const [left, right] = [generator.normal([300, 300]), generator.normal([300, 300])];
  while (runtime.info().threads < 3) {
    scope(() => matmul(left, right));
    await new Promise((resolve) => setTimeout(resolve, 5)); // workers start between macrotasks
  }
  const [one, ...others] = [1, 2, 3].map((threads) => {
    runtime.configure({ threads });
    return scope(() => exp(matmul(left, right))).data();
  });
  for (const other of others) expect(other).toEqual(one);
});

test("workers that are dismissed leave, and work brings them back", async () => {
  const generator = new Generator(2);
  const [left, right] = [generator.normal([300, 300]), generator.normal([300, 300])];
  const before = matmul(left, right).data();
  await runtime.dismissHelpers();
  expect(runtime.info()).toMatchObject({ threads: 1, mostThreads: 3, missing: [] });
  while (runtime.info().threads < 3) {
    expect(scope(() => matmul(left, right)).data()).toEqual(before);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
