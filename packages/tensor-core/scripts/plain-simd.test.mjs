import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readCore } from "./derived.mjs";
import { readCode, SIMD, skipOperands } from "./instructions.mjs";
import { plainSimd } from "./plain-simd.mjs";
import { sevenBits, WasmReader } from "./wasm-reader.mjs";

const RELAXED = { multiplyAdd: 0x105, negativeMultiplyAdd: 0x106, swizzle: 0x100, minimum: 0x10d, maximum: 0x10e };

/** A module whose function `run` applies an instruction to the vectors at 0, 16 and 32 of its memory, as many as it takes. */
function moduleOf(code, operands, locals = []) {
  const load = (offset) => [0x41, 0, SIMD, 0, 4, offset];
  const instructions = [
    0x41,
    0, // where the result goes
    ...Array.from({ length: operands }, (_, i) => load(16 * i)).flat(),
    SIMD,
    ...sevenBits(code),
    SIMD,
    11,
    4,
    48, // v128.store
    0x0b,
  ];
  const body = [...locals, ...instructions];
  const section = (id, content) => [id, ...sevenBits(content.length), ...content];
  const name = (text) => [text.length, ...Buffer.from(text)];
  return Uint8Array.from([
    ...Buffer.from("\0asm\u0001\0\0\0"),
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name("run"), 0, 0, ...name("memory"), 2, 0]),
    ...section(10, [1, ...sevenBits(body.length), ...body]),
    ...section(11, [0]),
  ]);
}

function run(wasm, vectors) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const memory = new Float32Array(exports.memory.buffer);
  vectors.forEach((vector, i) => memory.set(vector, 4 * i));
  exports.run();
  return [...memory.subarray(12, 16)];
}

const [a, b, c] = [
  [1 + 2 ** -12, 3, -0, Number.NaN],
  [1 - 2 ** -12, 2 ** 100, 5, 1],
  [-1, -Infinity, 0, 2],
];
const two = (operation) => a.map((_, i) => Math.fround(operation(Math.fround(a[i] * b[i]), c[i])));

test.each([
  ["a · b + c", RELAXED.multiplyAdd, [a, b, c], two((product, sum) => product + sum)],
  ["c - a · b", RELAXED.negativeMultiplyAdd, [a, b, c], two((product, sum) => sum - product)],
  // pmin and pmax of (second, first): the second stays unless the first is truly smaller or larger
  ["the smaller", RELAXED.minimum, [a, b], a.map((x, i) => (x < b[i] ? x : b[i]))],
  ["the larger", RELAXED.maximum, [a, b], a.map((x, i) => (b[i] < x ? x : b[i]))],
])("%s is computed by plain instructions, rounded after each", (_, code, operands, expected) => {
  for (const locals of [[0], [1, 2, 0x7f]]) {
    const wasm = plainSimd(moduleOf(code, operands.length, locals));
    expect(relaxedOf(wasm)).toEqual([]);
    expect(run(wasm, operands)).toEqual(expected);
  }
});

test("a relaxed instruction without a plain form is refused", () => {
  expect(() => plainSimd(moduleOf(RELAXED.swizzle, 2, [0]))).toThrow("the relaxed instruction 0x100 has no plain form");
});

test("a module without relaxed instructions stays as it is", () => {
  const wasm = moduleOf(228, 2, [0]); // f32x4.add
  expect(Buffer.from(wasm).equals(plainSimd(wasm))).toBe(true);
});

test("nothing relaxed is left in the core, and engines take it", () => {
  const relaxed = readCore(resolve(import.meta.dirname, "../wasm"));
  expect(relaxedOf(relaxed).length).toBeGreaterThan(1000);
  const plain = plainSimd(relaxed);
  expect(relaxedOf(plain)).toEqual([]);
  expect(WebAssembly.validate(plain)).toBe(true);
});

/** The codes of all relaxed instructions in a module. */
function relaxedOf(wasm) {
  const reader = new WasmReader(wasm);
  const found = [];
  for (let left = reader.toSection(10); left > 0; left--) {
    const end = reader.number() + reader.at;
    for (let groups = reader.number(); groups > 0; groups--) {
      reader.number();
      reader.byte();
    }
    while (reader.at < end) {
      const opcode = reader.byte();
      const code = readCode(reader, opcode);
      if (opcode === SIMD && code >= 0x100) found.push(code);
      else skipOperands(reader, opcode, code);
    }
  }
  return found;
}
