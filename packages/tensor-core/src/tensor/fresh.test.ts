import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { keep, memory, ones, type Tensor, zeros } from "../index.node.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function collectUntil(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 100 && !isDone(); round++) {
    await pause(5);
    collect();
  }
}

test.each([1, 63, 64, 65, 1000])("%i tensors that a synchronous stretch forgot are given back", async (count) => {
  const before = memory().tensors;
  (() => {
    for (let i = 0; i < count; i++) zeros([16]);
  })();
  expect(memory().tensors - before).toBe(count);
  await collectUntil(() => memory().tensors === before);
  expect(memory().tensors).toBe(before);
});

test("what is used on, kept, or disposed before is left alone", async () => {
  const before = memory().tensors;
  const held: Tensor[] = Array.from({ length: 70 }, (_, i) => ones([1]).mul(i));
  const kept = new WeakRef(keep(ones([3])));
  ones([2]).dispose();
  await collectUntil(() => kept.deref() === undefined && memory().tensors === before + 70);
  expect(held.map((tensor) => tensor.item())).toEqual(Array.from({ length: 70 }, (_, i) => i));
  expect(memory().tensors).toBe(before + 70);
  held.forEach((tensor) => tensor.dispose());
  expect(memory().tensors).toBe(before);
});
