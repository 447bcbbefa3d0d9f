import { expect, test } from "vitest";
import { defineCase } from "../case.ts";
import type { Contender, Ways } from "../work.ts";
import { makeArithmetic } from "./arithmetic.ts";
import { assembleLoops } from "./loops.ts";
import { type LoadedLibrary, measureCase } from "./measure-case.ts";

const loops = assembleLoops();
const machine = { loops, arithmetic: makeArithmetic(loops) };
const effort = { warmUp: 1, measure: 1, fewestTurns: 1 };
const sum = defineCase({
  name: "sum",
  work: "add",
  problem: () => ({ left: Float32Array.of(1), right: Float32Array.of(2), memory: "scope" }),
  expected: () => ({ sum: [3] }),
  tolerance: 0,
  unit: "ms",
});
const library = (name: string, ways: Ways): LoadedLibrary => ({ library: { name, version: "1", threads: 1 }, ways });
const returning = (result: number, dispose = (): void => {}): Contender => ({
  run() {},
  outputs: () => ({ sum: [result] }),
  dispose,
});

test("who is wrong or fails is named and not timed; who cannot do it is not named", async () => {
  let disposed = 0;
  const measurement = await measureCase(
    sum,
    [
      library("right", { add: () => returning(3, () => void disposed++) }),
      library("wrong", { add: () => returning(4, () => void disposed++) }),
      library("failing", { add: () => Promise.reject(new Error("no heap")) }),
      library("unable", { add: () => undefined }),
      library("without", {}),
    ],
    machine,
    effort,
  );
  expect(measurement.standings.map((standing) => standing.library.name)).toEqual(["right"]);
  expect(measurement.leftOut).toEqual([
    { name: "wrong", reason: "sum is off by 3.3e-1 of its largest value, 0e+0 is allowed" },
    { name: "failing", reason: "no heap" },
  ]);
  expect(disposed).toBe(2);
  expect(measurement).not.toHaveProperty("arithmeticGflops");
  expect(measurement).not.toHaveProperty("memoryGbps");
});

test("what the case counts decides which of the machine's loops run beside it", async () => {
  const counting = { ...sum, flops: 1, traffic: { pattern: "read", bytes: 4096 } } as const;
  const floor = { name: "nothing", make: () => ({ run() {} }) };
  const measurement = await measureCase({ ...counting, floor }, [], machine, effort);
  expect(measurement.arithmeticGflops).toBeGreaterThan(0);
  expect(measurement.memoryGbps).toBeGreaterThan(0);
  expect(measurement.floor?.samples).toBeGreaterThan(0);
});
