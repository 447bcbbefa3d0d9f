// How long WebAssembly's instructions are: https://webassembly.github.io/spec/core/appendix/index-instructions.html

/** SIMD's instructions follow this byte, by a number of their own. */
export const SIMD = 0xfd;

/** Goes over the operands of an instruction. @throws Error for an instruction that is not known */
export function skipOperands(reader, opcode, code) {
  if (opcode === 0x0e || opcode === 0x1c) skipNumbers(reader, reader.number()); // br_table's labels, select's types
  reader.skip(bytesOf(opcode, code));
  skipNumbers(reader, numbersOf(opcode, code));
}

/** @returns {number} the code of an instruction that is written in two parts, else 0 */
export function readCode(reader, opcode) {
  return opcode >= 0xfc && opcode <= 0xfe ? reader.number() : 0;
}

function skipNumbers(reader, count) {
  for (let left = count; left > 0; left--) reader.number();
}

/** Of operands that are written as they are. */
function bytesOf(opcode, code) {
  if (opcode === 0x43) return 4; // f32.const
  if (opcode === 0x44) return 8; // f64.const
  if (opcode === SIMD && (code === 12 || code === 13)) return 16; // v128.const, i8x16.shuffle
  return opcode === 0xfe && code === 3 ? 1 : 0; // a fence
}

/** How many operands are written as LEB128. @throws Error for an instruction that is not known */
function numbersOf(opcode, code) {
  if (opcode === SIMD) return numbersOfSimd(code);
  if (opcode === 0xfc) return numbersOfBulk(code);
  if (opcode === 0xfe) return code === 3 ? 0 : 2; // an address
  if (opcode >= 0x02 && opcode <= 0x04) return 1; // block, loop, if
  if (opcode >= 0x0c && opcode <= 0x0e) return 1; // br, br_if, br_table's default
  if (opcode === 0x10 || opcode === 0x12) return 1; // call
  if (opcode === 0x11 || opcode === 0x13) return 2; // call_indirect
  if (opcode >= 0x20 && opcode <= 0x26) return 1; // locals, globals, tables
  if (opcode >= 0x28 && opcode <= 0x3e) return 2; // loads and stores: alignment, offset
  if (opcode >= 0x3f && opcode <= 0x42) return 1; // memory.size, memory.grow, i32.const, i64.const
  if (opcode === 0xd0 || opcode === 0xd2) return 1; // ref.null, ref.func
  if (opcode > 0xd2) throw new Error(`the instruction 0x${opcode.toString(16)} is not known here`);
  return 0;
}

function numbersOfSimd(code) {
  if (code <= 11 || code === 92 || code === 93) return 2; // loads and stores
  if (code >= 84 && code <= 91) return 3; // the same of a lane, and the lane
  return code >= 21 && code <= 34 ? 1 : 0; // a lane
}

function numbersOfBulk(code) {
  if (code <= 7) return 0; // saturating casts
  return [8, 10, 12, 14].includes(code) ? 2 : 1;
}
