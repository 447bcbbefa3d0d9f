import { resolve } from "node:path";
import { expect, test } from "vitest";
import { applyPatch } from "../src/runtime/patch.ts";
import { readCore } from "./derived.mjs";
import { makePatch } from "./patch.mjs";
import { plainSimd } from "./plain-simd.mjs";

const wasm = resolve(import.meta.dirname, "../wasm");

/** Bytes that repeat nothing. */
const noise = (length, seed) => Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, seed) >>> 13) & 255);
const first = noise(1000, 2654435761);
const second = noise(300, 2246822519);

test.each([
  ["nothing changed", first, first],
  ["nothing in common", first, second],
  ["something in between", first, [...first.slice(0, 400), ...second, ...first.slice(400)]],
  ["parts in another order", first, [...first.slice(600), ...first.slice(100, 500), ...first.slice(0, 90)]],
  ["an end and a start of its own", first, [...second, ...first, ...second]],
  ["nothing left", first, []],
  ["nothing to start from", [], first],
])("a patch gives back its target: %s", (_, base, target) => {
  const patch = makePatch(Uint8Array.from(base), Uint8Array.from(target));
  expect(applyPatch(Uint8Array.from(base), patch)).toEqual(Uint8Array.from(target));
});

test("what two builds share is not written twice", () => {
  const relaxed = readCore(wasm);
  const simd = plainSimd(relaxed);
  const patch = makePatch(relaxed, simd);
  expect(Buffer.from(applyPatch(relaxed, patch)).equals(simd)).toBe(true);
  expect(patch.length).toBeLessThan(simd.length / 8);
});
