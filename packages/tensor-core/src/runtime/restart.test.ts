import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import {
  apply,
  defineOp,
  DisposedError,
  linear,
  Generator,
  matmul,
  memory,
  ones,
  openScope,
  RuntimeError,
  runtime,
  scope,
  tensor,
  type Tensor,
  trapNonFinite,
  zeros,
} from "../index.node.ts";
import { liveBySite } from "../storage/allocation-sites.ts";
import { core } from "./heap.ts";
import { shared } from "./shared.ts";

const wild = defineOp("wild", ["x"], {
  shape: ({ x }) => x.shape,
  // An address beyond the heap: what validation never lets a real op pass on.
  run: (_, out) => core().copy_elements(4, core().memory.buffer.byteLength + 4, out.address),
});

function trap(): void {
  const x = tensor([1, 2]);
  expect(() => apply(wild, { x }, undefined)).toThrow(/the core trapped[^]*runtime\.restart\(\)/);
}

/** The product of two matrices of ones, large enough to be shared: each element is their inner size. */
function checkProduct(): void {
  scope(() => {
    const values = matmul(ones([300, 300]), ones([300, 300])).data();
    expect(values.every((value) => value === 300)).toBe(true);
  });
}

async function helpersUp(threads: number): Promise<void> {
  while (runtime.info().threads < threads) {
    checkProduct();
    await pause(5);
  }
}

describe.each([1, 2])("on %i threads", (threads) => {
  test("a restart gives a core that computes, and tensors of the old one are dead and harmless", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    runtime.configure({ threads });
    await helpersUp(threads);
    const generator = new Generator(7);
    generator.uniform([3]).dispose();
    const [old, weights] = [tensor([1, 2, 3]), ones([96, 96])];
    const row = weights.at(0);
    for (let i = 0; i < 3; i++) scope(() => linear(weights, weights)); // makes a pack
    expect(memory().packedBytes).toBeGreaterThan(0);
    const oldCrew = shared.crew;
    trap();

    const uses: (() => unknown)[] = [
      () => old.add(1),
      () => old.data(),
      () => old.item(),
      () => old.borrow((view) => view[0]),
      () => row.reshape([8, 12]),
      () => old.assign(old),
      () => matmul(weights, weights),
    ];
    for (const use of [
      ...uses,
      () => tensor([1]),
      () => memory(),
      () => runtime.info(),
      () => generator.uniform([2]),
    ]) {
      expect(use).toThrow(RuntimeError);
      expect(use).toThrow(/the core has stopped[^]*stopped in +wild[^]*because +it trapped[^]*runtime\.restart\(\)/);
    }

    expect(runtime.restart()).toBe(true);
    expect(runtime.restart()).toBe(false); // a second request that met the error changes nothing
    expect(memory()).toMatchObject({ tensors: 0, storages: 0, bytes: 0, packedBytes: 0, keptBytes: 0 });
    expect(liveBySite(3)).toEqual([]);
    expect(runtime.info()).toMatchObject({ threads: 1, mostThreads: threads, missing: [] });

    const fresh = tensor([10, 20, 30]); // where `old` lay, perhaps
    for (const use of [...uses, () => fresh.add(old), () => fresh.assign(old), () => old.assign(fresh)]) {
      expect(use).toThrow(DisposedError);
      expect(use).toThrow(/before runtime\.restart\(\)/);
    }
    const before = memory();
    for (const dead of [old, row, weights]) dead.dispose();
    expect(memory()).toEqual(before);
    expect(old.isDisposed).toBe(true);
    expect(fresh.add(1).toArray()).toEqual([11, 21, 31]);

    checkProduct();
    await helpersUp(threads);
    expect(shared.crew).not.toBe(oldCrew);
    // What the old threads say of their end comes to the old crew alone.
    while (oldCrew?.helpers.some((helper) => helper !== undefined) === true) await pause(5);
    expect(runtime.info()).toMatchObject({ threads, missing: [] });
    checkProduct();
    await runtime.dismissHelpers();
    fresh.dispose();
  });

  test("generators go on from where they stood", () => {
    const [generator, alone] = [new Generator(3), new Generator(3)];
    expect(generator.uniform([4]).data()).toEqual(alone.uniform([4]).data());
    const second = alone.uniform([4]).data();
    trap();
    runtime.restart();
    expect(generator.uniform([4]).data()).toEqual(second);
  });

  test("memory of the old core is not given back to the new one when it is collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const gone: WeakRef<object>[] = [];
    (() => {
      for (let i = 0; i < 50; i++) gone.push(new WeakRef(zeros([1000])));
      trap();
    })();
    runtime.restart();
    const kept = Array.from({ length: 50 }, (_, i) => scope(() => zeros([1000]).add(i)));
    const before = memory();
    for (let round = 0; round < 50 && gone.some((reference) => reference.deref() !== undefined); round++) {
      await pause(5);
      collect();
    }
    await pause(20); // finalisers run after
    expect(gone.every((reference) => reference.deref() === undefined)).toBe(true);
    expect(memory()).toEqual(before);
    const more = Array.from({ length: 50 }, () => ones([1000]));
    kept.forEach((x, i) => expect(x.data().every((value) => value === i)).toBe(true));
    for (const x of [...kept, ...more]) x.dispose();
  });

  test("inside a scope or under a handler it is refused, and works once they are left", () => {
    const caught: unknown[] = [];
    const tryRestart = (): void => {
      trap();
      try {
        runtime.restart();
      } catch (error) {
        caught.push(error);
      }
    };
    scope(tryRestart);
    expect(runtime.restart()).toBe(true);
    trapNonFinite(tryRestart);
    expect(runtime.restart()).toBe(true);
    const held = openScope();
    let inside: Tensor | undefined;
    held.run(() => {
      inside = tensor([1]);
      tryRestart();
    });
    expect(runtime.restart()).toBe(true);
    held.dispose();
    expect(inside?.isDisposed).toBe(true);
    for (const error of caught) expect(error).toBeInstanceOf(RuntimeError);
    expect(caught.map((error) => /in force +\[?"?(scope|handlers)/.exec(String(error))?.[1])).toEqual([
      "scope",
      "handlers",
      "scope",
    ]);
    expect(memory()).toMatchObject({ tensors: 0, storages: 0, bytes: 0 });
  });

  test("a second copy of the package stops and starts anew with the first", async () => {
    vi.resetModules();
    const second = await import("../index.node.ts");
    const old = second.tensor([1]);
    trap();
    expect(() => second.tensor([1])).toThrow(/the core has stopped/);
    second.runtime.restart();
    expect(() => old.add(1)).toThrow(/before runtime\.restart\(\)/);
    expect(second.add(tensor([1]), second.tensor([2])).toArray()).toEqual([3]);
  });
});
