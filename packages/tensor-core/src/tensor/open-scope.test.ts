import { describe, expect, test } from "vitest";
import { keep, memory, openScope, scope, ScopeError, tensor, type Tensor } from "../index.node.ts";

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("an open scope", () => {
  test("holds results over an await, frees what was made on the way at once, and the rest at the end", async () => {
    const before = memory();
    {
      using held = openScope();
      const sum = held.run(() => tensor([1, 2, 3]).mul(2).add(1));
      expect(memory().tensors).toBe(before.tensors + 1);
      await pause();
      const { list } = held.run(() => ({ list: [sum.neg(), sum.square()] }));
      await pause();
      expect([sum, ...list].map((t) => t.toArray())).toEqual([
        [3, 5, 7],
        [-3, -5, -7],
        [9, 25, 49],
      ]);
    }
    expect(memory()).toMatchObject({ tensors: before.tensors, storages: before.storages, bytes: before.bytes });
  });

  test("is one of many: requests that alternate free their own", async () => {
    const before = memory().tensors;
    const served: number[] = [];
    const serve = async (value: number): Promise<void> => {
      using held = openScope();
      let x: Tensor = held.run(() => tensor([value]));
      for (let step = 0; step < 3; step++) {
        await pause();
        x = held.run(() => x.add(1));
      }
      served.push(x.item());
    };
    await Promise.all([serve(0), serve(10), serve(20)]);
    expect(served).toEqual([3, 13, 23]);
    expect(memory().tensors).toBe(before);
  });

  test("does not belong to a scope around it, and a scope within belongs to it", () => {
    const held = openScope();
    const x = scope(() => void held.run(() => tensor([1])));
    expect(x).toBeUndefined();
    const y = scope(() => ({ y: held.run(() => scope(() => tensor([1]).add(1))) })).y;
    expect(y.toArray()).toEqual([2]);
    held.dispose();
    expect(y.isDisposed).toBe(true);
  });

  test("leaves what was given to keep, before and after", () => {
    const held = openScope();
    const [early, late] = held.run(() => [keep(tensor([1])), tensor([2])] as const);
    keep(late);
    held.dispose();
    expect([early.item(), late.item()]).toEqual([1, 2]);
    early.dispose();
    late.dispose();
  });

  test("takes over what was made elsewhere", () => {
    const held = openScope();
    const before = memory().tensors;
    const batch = held.own({ x: tensor([1]), y: [tensor([2])], name: "a" });
    expect(batch.name).toBe("a");
    expect(memory().tensors).toBe(before + 2);
    held.dispose();
    expect(memory().tensors).toBe(before);
  });

  test("frees everything when its function throws, and goes on", () => {
    using held = openScope();
    const before = memory().tensors;
    expect(() =>
      held.run(() => {
        tensor([1, 2]).add(1);
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(memory().tensors).toBe(before);
    expect(held.run(() => tensor([1])).item()).toBe(1);
  });

  test("refuses a function that is async, and any after its end", () => {
    const held = openScope();
    const before = memory().tensors;
    expect(() => held.run(async () => tensor([1]))).toThrow(ScopeError);
    expect(memory().tensors).toBe(before);
    held.dispose();
    held.dispose();
    expect(held.isClosed).toBe(true);
    expect(() => held.run(() => 1)).toThrow(/the scope was closed/);
    expect(() => held.own(1)).toThrow(ScopeError);
  });

  test("does not hold what was disposed by itself, or given to keep", () => {
    using held = openScope();
    for (let i = 0; i < 1000; i++) held.run(() => tensor([i])).dispose();
    const kept = keep(held.run(() => tensor([1])));
    held.run(() => tensor([2]));
    expect(held.size).toBe(1);
    kept.dispose();
  });
});
