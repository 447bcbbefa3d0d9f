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
  type Shape,
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
  "its gradient by small images": () =>
    conv2dInputGradient(normal(26, 16, 10, 10), normal(16, 6, 5, 5), [26, 6, 14, 14]),
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

describe("a draw takes from its counter what was reserved for it, on one thread and on several:", () => {
  const draws: Record<string, (source: Generator, count: number) => Tensor<Shape, "f32" | "i32">> = {
    "uniform numbers": (source, count) => source.uniform([count]),
    "normal numbers": (source, count) => source.normal([count]),
    integers: (source, count) => source.integers([count], -5, 1000),
    trials: (source, count) => source.bernoulli([count], 0.3),
  };
  test.each(Object.entries(draws))("%s", (_, draw) => {
    for (const threads of [1, THREADS]) {
      runtime.configure({ threads });
      const [whole, pieces] = [new Generator(5), new Generator(5)];
      const all = draw(whole, 100_000).data();
      // Whole blocks of four words, and whole groups of normal numbers: what comes after a draw goes on where it ended.
      const some = [40_000, 8, 59_992].flatMap((count) => [...draw(pieces, count).data()]);
      expect(some).toEqual([...all]);
      expect(pieces.state()).toEqual(whole.state());
    }
  });

  test("a permutation, of which there is no half", () => {
    const orders = [1, THREADS].map((threads) => {
      runtime.configure({ threads });
      const source = new Generator(5);
      const order = source.permutation(100_003).data();
      expect(source.state()).toEqual({ seed: 5, counter: 25_001 }); // ⌈100,003 / 4⌉
      return order;
    });
    expect(orders[1]).toEqual(orders[0]);
  });
});

test("info says how many work, and how many may", () => {
  runtime.configure({ threads: THREADS });
  expect(runtime.info()).toMatchObject({ threads: THREADS, mostThreads: THREADS, sharedMemory: true, missing: [] });
  runtime.configure({ threads: 2 });
  expect(runtime.info()).toMatchObject({ threads: 2, mostThreads: 2 });
});

test("a helper that ends between jobs is missed, said so, and the work goes on with the same result", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  runtime.configure({ threads: THREADS });
  const [left, right] = [normal(300, 300), normal(300, 300)];
  const before = matmul(left, right).data();
  shared.crew?.helpers[0]?.terminate(); // between jobs it holds no part; see terminated-helpers.test.ts
  await until(() => runtime.info().threads < THREADS);
  expect(scope(() => matmul(left, right)).data()).toEqual(before);
  expect(runtime.info().threads).toBe(THREADS - 1);
  expect(runtime.info().missing).toEqual([expect.stringContaining("thread 2 has ended, and the others go on")]);
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
});

test("helpers that are dismissed leave, nobody misses them, and work brings them back", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const [left, right] = [normal(300, 300), normal(300, 300)];
  const before = matmul(left, right).data();
  for (let time = 0; time < 3; time++) {
    const leave = runtime.dismissHelpers();
    expect(runtime.dismissHelpers()).toBe(leave);
    await leave;
    expect(runtime.info()).toMatchObject({ threads: 1, mostThreads: THREADS, missing: [] });
    while (runtime.info().threads < THREADS) {
      expect(scope(() => matmul(left, right)).data()).toEqual(before);
      await pause(1);
    }
  }
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test("helpers that were lost, be it all of them, come back after a dismissal", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const [left, right] = [normal(300, 300), normal(300, 300)];
  const before = matmul(left, right).data();
  for (const lost of [1, THREADS - 1]) {
    while (runtime.info().threads < THREADS) {
      scope(() => matmul(left, right));
      await pause(1);
    }
    for (const helper of shared.crew?.helpers.slice(0, lost) ?? []) helper?.terminate();
    await until(() => runtime.info().threads === THREADS - lost);
    await runtime.dismissHelpers();
    expect(runtime.info()).toMatchObject({ threads: 1, mostThreads: THREADS, missing: [] });
    await until(() => {
      expect(scope(() => matmul(left, right)).data()).toEqual(before);
      return runtime.info().threads === THREADS;
    });
  }
  warn.mockRestore();
});
