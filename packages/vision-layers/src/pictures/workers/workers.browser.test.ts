import { memory, type Tensor } from "@unfoldjs/tensor-core";
import { expect, test } from "vitest";
import { augmentedBatches, exampleWorkers } from "../../pictures.ts";
import { examples } from "../testing/page-worker.ts";

test("workers of a page make the batches that the page would make", async () => {
  const here: Float32Array[] = [];
  for (const { x } of augmentedBatches(examples, 4, { shuffle: 6 })) here.push(x.data());
  const start = (): Worker => new Worker(new URL("../testing/page-worker.ts", import.meta.url), { type: "module" });
  const workers = await exampleWorkers(start, { count: 2 });
  const before = memory();
  const there: Float32Array[] = [];
  for await (const { x } of augmentedBatches<{ readonly x: Tensor }>(workers, 4, { shuffle: 6 })) there.push(x.data());
  expect(there).toEqual(here);
  expect(memory().tensors).toBe(before.tensors);
  expect(() => [...augmentedBatches(workers, 4)]).toThrow(/for await/);
  await workers.close();
});
