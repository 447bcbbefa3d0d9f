import { afterEach, describe, expect, test, vi } from "vitest";
import { macrotask, Pace } from "./macrotask.ts";

afterEach(() => vi.unstubAllGlobals());

/** Pauses until a timer that was due before has run. */
async function timersRun(): Promise<boolean> {
  const timer = { hasRun: false };
  setTimeout(() => (timer.hasRun = true), 0);
  const until = performance.now() + 1000;
  while (!timer.hasRun && performance.now() < until) await macrotask();
  return timer.hasRun;
}

describe("a macrotask", () => {
  test("lets timers run", async () => {
    expect(await timersRun()).toBe(true);
  });

  test("lets timers run in a page, which has no setImmediate", async () => {
    vi.stubGlobal("setImmediate", undefined);
    expect(await timersRun()).toBe(true);
  });
});

describe("a pace", () => {
  let clock = 1e6;

  /** When, on a clock of its own, a loop of turns that take `length` milliseconds pauses. */
  async function pausesOf(length: number, turns: number): Promise<number[]> {
    const pauses: number[] = [];
    const start = (clock += 1000);
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    vi.stubGlobal("setImmediate", (then: () => void) => {
      pauses.push(clock - start);
      then();
    });
    // The pause before is long ago: the first turn pauses.
    const pace = new Pace();
    await pace.turn();
    pauses.length = 0;
    for (let turn = 0; turn < turns; turn++) {
      clock += length;
      await pace.turn();
    }
    vi.restoreAllMocks();
    return pauses;
  }

  test("pauses before 50 ms are over, and not before it has to", async () => {
    expect(await pausesOf(10, 13)).toEqual([40, 80, 120]);
    expect(await pausesOf(1, 120)).toEqual([49, 98]);
  });

  test("pauses after each turn that takes longer", async () => {
    expect(await pausesOf(70, 3)).toEqual([70, 140, 210]);
  });
});
