import { expect, test } from "vitest";
import { readCode, SIMD, skipOperands } from "./instructions.mjs";
import { sevenBits, WasmReader } from "./wasm-reader.mjs";

// Operands as the specification writes them, whether or not the present core has the instruction.
test.each([
  ["block", 0x02, [0x40]],
  ["br_table of two labels", 0x0e, [2, 0, 1, 2]],
  ["call", 0x10, [0x80, 0x01]],
  ["call_indirect", 0x11, [3, 0]],
  ["select of a type", 0x1c, [1, 0x7b]],
  ["local.get", 0x20, [5]],
  ["i32.load", 0x28, [2, 0x80, 0x01]],
  ["i64.const", 0x42, [0x80, 0x80, 0x7f]],
  ["f32.const", 0x43, [0x80, 0x80, 0x80, 0x80]],
  ["f64.const", 0x44, [1, 2, 3, 4, 5, 6, 7, 0x80]],
  ["i32.add", 0x6a, []],
  ["memory.copy", 0xfc, [0, 0], 10],
  ["memory.fill", 0xfc, [0], 11],
  ["i32.trunc_sat_f32_s", 0xfc, [], 0],
  ["v128.load", SIMD, [4, 16], 0],
  ["v128.store", SIMD, [4, 16], 11],
  ["v128.const", SIMD, Array.from({ length: 16 }, () => 0x80), 12],
  ["i8x16.extract_lane_s", SIMD, [3], 21],
  ["f64x2.replace_lane", SIMD, [1], 34],
  ["v128.load8_lane", SIMD, [0, 4, 7], 84],
  ["v128.store64_lane", SIMD, [3, 4, 1], 91],
  ["v128.load32_zero", SIMD, [2, 4], 92],
  ["v128.load64_zero", SIMD, [3, 4], 93],
  ["f32x4.add", SIMD, [], 228],
  ["memory.atomic.wait32", 0xfe, [2, 0], 1],
  ["atomic.fence", 0xfe, [0], 3],
])("%s is gone over whole", (_, opcode, operands, code) => {
  const wasm = Uint8Array.from([...(code === undefined ? [] : sevenBits(code)), ...operands]);
  const reader = new WasmReader(wasm);
  reader.at = 0;
  skipOperands(reader, opcode, readCode(reader, opcode));
  expect(reader.at).toBe(wasm.length);
});

test("an instruction that is not known is refused", () => {
  expect(() => skipOperands(new WasmReader(new Uint8Array(16)), 0xff, 0)).toThrow("0xff is not known");
});
