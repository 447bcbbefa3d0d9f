import { Adam, crossEntropy, fit, Flatten, Linear, manualSeed, Sequential } from "@unfoldjs/nn";
import { FormatError, memory, RuntimeError, type Shape, type Tensor } from "@unfoldjs/tensor-core";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { augmentedBatches, encodePicture, exampleWorkers, type ExampleWorkers, writePicture } from "../../pictures.ts";
import { fixturePath } from "../testing/fixtures.ts";
import { drawn, examplesOf } from "../testing/served.ts";

const folder = mkdtempSync(join(tmpdir(), "unfold-workers-"));
beforeAll(() => {
  for (const [label, name] of ["one", "two"].entries()) {
    mkdirSync(join(folder, name));
    for (let i = 0; i < 6; i++)
      copyFileSync(fixturePath(label === 0 ? "rgb.png" : "rgb.jpg"), join(folder, name, `${i}.png`));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = new URL("../testing/served.ts", import.meta.url);
const start = (served: string) => (): Worker =>
  new Worker(file, {
    execArgv: ["--conditions=@unfoldjs/source", "--disable-warning=ExperimentalWarning"],
    env: { ...process.env, UNFOLD_SERVED: served },
  });

type Batch = { readonly x: Tensor; readonly y: Tensor<Shape, "i32"> };
type Bits = readonly [places: number[], values: number[]];

const bitsOf = ({ x, y }: Batch): Bits => [Array.from(y.data()), Array.from(x.data())];

/** Two passes. */
function passes(batches: Iterable<Batch>): Bits[] {
  return [...mapped(batches), ...mapped(batches)];
}

function* mapped(batches: Iterable<Batch>): Passing<Bits> {
  for (const batch of batches) yield bitsOf(batch);
}

type Passing<T> = globalThis.Generator<T, void, void>;

describe("batches that workers make", () => {
  test.each([1, 2, 3])(
    "have the bits of those made here: %i workers",
    async (count) => {
      const here = passes(augmentedBatches(examplesOf(folder), 5, { shuffle: 3 }));
      const workers = await exampleWorkers(start(folder), { count });
      try {
        expect(workers.length).toBe(12);
        const before = memory();
        expect(passes(augmentedBatches<Batch>(workers, 5, { shuffle: 3 }))).toEqual(here);
        const later: Bits[] = [];
        const batches = augmentedBatches<Batch>(workers, 5, { shuffle: 3, ahead: 1 });
        for (let pass = 0; pass < 2; pass++) for await (const batch of batches) later.push(bitsOf(batch));
        expect(later).toEqual(here);
        expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
      } finally {
        await workers.close();
      }
      expect(here.length).toBe(6);
      expect(here[0]).not.toEqual(here[3]); // another order and other draws
    },
    60_000,
  );

  test("in order, and without the last one; a loop may end early", async () => {
    const workers: ExampleWorkers = await exampleWorkers(start("drawn"));
    try {
      const batches = augmentedBatches<Batch>(workers, 4, { seed: 8, dropLast: true });
      expect(batches.length).toBe(2);
      const before = memory();
      for (const { y } of batches) {
        expect([...y.data()]).toEqual([0, 1, 2, 3]);
        break;
      }
      for await (const { y } of batches) {
        expect([...y.data()]).toEqual([0, 1, 2, 3]);
        break;
      }
      const again = augmentedBatches<Batch>(workers, 4, { seed: 8, dropLast: true });
      expect(passes(again)).toEqual(passes(augmentedBatches(drawn, 4, { seed: 8, dropLast: true })));
      expect(memory().tensors).toBe(before.tensors);
    } finally {
      await workers.close();
    }
  }, 60_000);

  test("feed fit", async () => {
    const workers = await exampleWorkers(start(folder));
    const train = async (batches: Iterable<Batch>): Promise<number[]> => {
      manualSeed(5);
      const model = new Sequential(new Flatten(), new Linear(3 * 12 * 12, 2));
      const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
      await fit(model, batches, {
        optimizer,
        epochs: 2,
        forward: ({ x }) => model.forward(x),
        loss: (logits: Tensor, { y }) => crossEntropy(logits, y as never),
      });
      return model.parameters().flatMap((each) => Array.from(each.data()));
    };
    try {
      const here = await train(augmentedBatches(examplesOf(folder), 4, { shuffle: 2 }));
      expect(await train(augmentedBatches<Batch>(workers, 4, { shuffle: 2 }))).toEqual(here);
    } finally {
      await workers.close();
    }
  }, 60_000);
});

describe("what goes wrong", () => {
  test("an example that fails is told with its error, and the next batch comes", async () => {
    const broken = mkdtempSync(join(tmpdir(), "unfold-broken-"));
    mkdirSync(join(broken, "a"));
    const picture = { height: 2, width: 2, channels: 3, data: new Uint8Array(12).fill(7) } as const;
    await writePicture(join(broken, "a/0.png"), picture);
    await writePicture(join(broken, "a/1.png"), { ...picture, data: picture.data.slice().fill(9) });
    expect((await encodePicture(picture)).length).toBeGreaterThan(30);
    const workers = await exampleWorkers(start(broken), { count: 1 });
    try {
      const batches = augmentedBatches<Batch>(workers, 1);
      expect(() => passes(batches)).toThrow(FormatError);
      expect(() => passes(batches)).toThrow(/the test's transform does not take/);
      await expect(
        (async () => {
          for await (const _ of batches) continue;
        })(),
      ).rejects.toThrow(/does not take/);
    } finally {
      await workers.close();
      rmSync(broken, { recursive: true });
    }
  }, 60_000);

  test("a worker that cannot start, serves nothing or is none", async () => {
    await expect(exampleWorkers(start("nothing"))).rejects.toThrow(/this worker cannot start/);
    const silent = (): Worker => new Worker("setInterval(() => {}, 1000)", { eval: true });
    await expect(exampleWorkers(silent, { timeout: 0.3 })).rejects.toThrow(/no answer in 0.3 s[^]*serveExamples/);
    await expect(exampleWorkers(() => 7)).rejects.toThrow(/must be a Worker/);
  }, 60_000);

  test("a worker that ends is noticed, in a loop and in one that awaits", async () => {
    const workers = await exampleWorkers(start("drawn"), { count: 1 });
    await workers.close();
    expect(() => passes(augmentedBatches<Batch>(workers, 4))).toThrow(RuntimeError);
    const batches = augmentedBatches<Batch>(workers, 4);
    await expect(
      (async () => {
        for await (const _ of batches) continue;
      })(),
    ).rejects.toThrow(/gone/);
  }, 60_000);
});
