import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import type { Host } from "./host.ts";
import { runtime } from "../index.node.ts";
import { inCore, host } from "./heap.ts";
import { shared } from "./shared.ts";

/** As a page's: a helper's end is known from what it says itself, and one in the midst of a part says nothing. */
const silent: Host = {
  ...host(),
  startHelper: (_, ended) => ({ terminate: () => ended("it was terminated"), hold: () => {}, hasEnded: () => false }),
};

function trap(): void {
  const trapping = (): never => {
    throw new WebAssembly.RuntimeError("planted");
  };
  expect(() => inCore("planted", trapping)).toThrow(/has stopped/);
}

async function isDone(promise: Promise<void>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), pause(1000).then(() => false)]);
}

function startHelpers(): void {
  runtime.info();
  const { crew } = shared;
  if (crew === undefined) throw new Error("this engine gives out no shared memory");
  shared.crew = { ...crew, host: silent, helpers: [], isWanted: true };
  runtime.configure({ threads: 3 });
  expect(shared.crew.helpers.length).toBe(2);
}

afterEach(() => {
  vi.restoreAllMocks();
  runtime.restart();
});

test("helpers that are dismissed after the core has stopped have ended, though none says so", async () => {
  startHelpers();
  trap();
  expect(await isDone(runtime.dismissHelpers())).toBe(true);
});

test("who waits for helpers when the core stops waits no more", async () => {
  startHelpers();
  const leaving = runtime.dismissHelpers();
  expect(await isDone(leaving)).toBe(false);
  trap();
  expect(await isDone(leaving)).toBe(true);
});
