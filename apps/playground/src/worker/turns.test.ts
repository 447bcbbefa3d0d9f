import { expect, test } from "vitest";
import { WorkerLostError } from "./lab-worker.ts";
import { Turns } from "./turns.ts";

test("each waits for the one before, also for one that fails, of which only its own caller hears", async () => {
  const turns = new Turns();
  const done: number[] = [];
  const slow = turns.take(async () => {
    await new Promise((later) => setTimeout(later, 20));
    done.push(1);
  });
  const failing = turns.take(() => Promise.reject(new Error("refused")));
  const last = turns.take(async () => void done.push(2));
  await expect(failing).rejects.toThrow("refused");
  await Promise.all([slow, last]);
  expect(done).toEqual([1, 2]);
});

test("one that its worker's end cut short is over", async () => {
  const turns = new Turns();
  await expect(turns.take(() => Promise.reject(new WorkerLostError("gone")))).resolves.toBeUndefined();
});
