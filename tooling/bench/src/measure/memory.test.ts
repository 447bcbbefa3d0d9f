import { expect, test } from "vitest";
import { randomArray, uniform } from "../random.ts";
import { assembleLoops } from "./loops.ts";
import { makeMemoryLoop } from "./memory.ts";

const loops = assembleLoops();

test.each([
  { pattern: "read", bytes: 1000, moved: 896 },
  { pattern: "copy", bytes: 1000, moved: 768 },
  { pattern: "triad", bytes: 1000, moved: 768 },
  { pattern: "triad", bytes: 1000, ofArray: 150, moved: 384 },
] as const)("$pattern moves $moved of $bytes bytes: whole strides of each array", ({ moved, ...traffic }) => {
  const loop = makeMemoryLoop(loops, traffic);
  expect(loop.run()).toBeUndefined();
  expect(loop.bytes).toBe(moved);
});

test("the loops read and write what they say", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(loops.memory), { machine: { memory } });
  const { read, copy, triad } = exports as Record<string, (...addresses: number[]) => number>;
  const values = new Float32Array(memory.buffer);
  values.set(randomArray(uniform(1), 128));
  const [x, y] = [values.slice(0, 64), values.slice(64, 128)];
  copy?.(0, 256, 512);
  expect(values.slice(128, 192)).toEqual(x);
  triad?.(0, 256, 768, 256);
  expect(values.slice(192, 256)).toEqual(x.map((value, i) => value + (y[i] ?? NaN)));
  // Every fourth number: the first lane of each vector.
  const sum = x.reduce((total, value, i) => (i % 4 === 0 ? total + value : total), 0);
  expect(read?.(0, 256)).toBeCloseTo(sum, 5);
});

test("too little to measure is an error", () => {
  expect(() => makeMemoryLoop(loops, { pattern: "copy", bytes: 128 })).toThrow("128 bytes are less than one stride");
});
