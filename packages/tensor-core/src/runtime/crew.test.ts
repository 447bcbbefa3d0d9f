import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  exp,
  Generator,
  linear,
  matmul,
  maxPool2d,
  mean,
  runtime,
  scope,
  softmax,
  sum,
  type Tensor,
} from "../index.node.ts";
import { shared } from "./shared.ts";

const THREADS = 4;
const generator = new Generator(7);
const normal = (...shape: number[]): Tensor => generator.normal(shape);

/** Waits for what happens on other threads. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}

beforeAll(async () => {
  runtime.configure({ threads: THREADS });
  // Work enough for the core to want its helpers.
  scope(() => matmul(normal(512, 512), normal(512, 512)));
  await until(() => runtime.info().threads === THREADS);
});

const image = normal(3, 16, 30, 30);
const filters = normal(24, 16, 3, 3);
const maps = normal(3, 24, 30, 30);
const options = { padding: 1 };
const works: Record<string, () => Tensor> = {
  "a product": () => matmul(normal(200, 301), normal(301, 199)),
  "an LSTM's gates": () => linear(normal(32, 128), normal(1024, 128), normal(1024)),
  "a convolution": () => conv2d(image, filters, undefined, options),
  "its gradient by the image": () => conv2dInputGradient(maps, filters, image.shape, options),
  "its gradient by the filters": () => conv2dFilterGradient(image, maps, filters.shape, options),
  "a strided convolution": () => conv2d(normal(2, 3, 65, 65), normal(8, 3, 7, 7), undefined, { stride: 2, padding: 3 }),
  "a pooling": () => maxPool2d(normal(8, 16, 30, 30), { kernel: 2 }),
  "a function": () => exp(normal(300, 400)),
  "a sum of everything": () => sum(normal(500, 700)),
  "a mean over rows": () => mean(normal(500, 700), 0),
  "a softmax": () => softmax(normal(400, 300), -1),
  "random numbers": () => normal(100_003),
};

describe("the number of threads changes no bit of", () => {
  test.each(Object.entries(works))("%s", (_, work) => {
    const state = generator.state();
    const results = [1, 2, 3, THREADS].map((threads) => {
      runtime.configure({ threads });
      generator.restore(state);
      return scope(work).data();
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });
});

test("info says how many work, and how many may", () => {
  runtime.configure({ threads: THREADS });
  expect(runtime.info()).toMatchObject({ threads: THREADS, mostThreads: THREADS, sharedMemory: true, missing: [] });
  runtime.configure({ threads: 2 });
  expect(runtime.info()).toMatchObject({ threads: 2, mostThreads: 2 });
});

test("a helper that ends is missed, said so, and the work goes on with the same result", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  runtime.configure({ threads: THREADS });
  const [left, right] = [normal(300, 300), normal(300, 300)];
  const before = matmul(left, right).data();
  shared.crew?.helpers[0]?.terminate();
  // While it ends, and after it has ended.
  for (let i = 0; i < 20; i++) expect(scope(() => matmul(left, right)).data()).toEqual(before);
  await until(() => runtime.info().threads < THREADS);
  expect(scope(() => matmul(left, right)).data()).toEqual(before);
  expect(runtime.info().threads).toBe(THREADS - 1);
  expect(runtime.info().missing).toEqual([expect.stringContaining("thread 2 has ended, and the others go on")]);
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});
