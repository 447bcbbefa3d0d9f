import { expect, test } from "vitest";
import { findMemory, kinds, withOwnMemory } from "./memory-import.mjs";

const text = (value) => [value.length, ...Buffer.from(value)];
const section = (id, content) => [id, content.length, ...content];

/** A module with a function and a memory of 18 to 65,536 pages imported, and a function that answers 0. */
function moduleWithMemory(kind) {
  const types = section(1, [1, 0x60, 0, 0]);
  const imported = [
    2,
    ...text("a"),
    ...text("f"),
    0,
    0,
    ...text("a"),
    ...text("memory"),
    2,
    kind,
    18,
    0x80,
    0x80,
    0x04,
  ];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...types, ...section(2, imported)]);
}

test("the memory's kind and limits are found", () => {
  const wasm = moduleWithMemory(kinds.shared);
  const { kindAt, ...limits } = findMemory(wasm);
  expect(wasm[kindAt]).toBe(kinds.shared);
  expect(limits).toEqual({ initial: 18, maximum: 65_536 });
});

test("a module runs with a memory of its own, and with a shared one", () => {
  const limits = { initial: 18, maximum: 65_536 };
  const shared = moduleWithMemory(kinds.shared);
  const instantiate = (wasm, memory) =>
    new WebAssembly.Instance(new WebAssembly.Module(wasm), { a: { f() {}, memory } });
  expect(instantiate(shared, new WebAssembly.Memory({ ...limits, shared: true }))).toBeInstanceOf(WebAssembly.Instance);
  const own = withOwnMemory(shared);
  expect(instantiate(own, new WebAssembly.Memory(limits))).toBeInstanceOf(WebAssembly.Instance);
  expect(() => instantiate(own, new WebAssembly.Memory({ ...limits, shared: true }))).toThrow(WebAssembly.LinkError);
});

test("a module without a shared memory was linked wrongly", () => {
  expect(() => withOwnMemory(moduleWithMemory(kinds.own))).toThrow("of kind 1, not shared");
  expect(() => findMemory(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))).toThrow("no section 2");
});
