import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { interfaceFile, interfaceHash, mismatch } from "./interface.mjs";

const source = `/// Codes.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Code {
    First,
    Second,
}

#[wasm_bindgen]
pub fn run(code: Code, x: In<f32>) {
    body();
}
`;

test("codes and signatures are the interface, comments and bodies are not", () => {
  const hash = interfaceHash([source]);
  expect(interfaceHash([source.replace("Codes.", "All codes.").replace("body()", "other()")])).toBe(hash);
  expect(interfaceHash([source.replace("First,\n", "First, // of all\n")])).toBe(hash);
  expect(interfaceHash([source.replace("First", "Zeroth")])).not.toBe(hash);
  expect(interfaceHash([source.replace("x: In<f32>", "x: In<f32>, y: Out<f32>")])).not.toBe(hash);
});

test("a core of another interface than the present sources is told", () => {
  const folder = mkdtempSync(join(tmpdir(), "unfold-core-"));
  try {
    expect(mismatch(folder)).toMatch(/other sources/);
    writeFileSync(join(folder, interfaceFile), `${interfaceHash()}\n`);
    expect(mismatch(folder)).toBeUndefined();
    writeFileSync(join(folder, interfaceFile), `${interfaceHash([source])}\n`);
    expect(mismatch(folder)).toMatch(/other sources/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
