// The core for engines without relaxed SIMD, and for the same bits everywhere: the relaxed build with each relaxed
// instruction written as plain ones. One compilation makes both, and what they differ in is the same few bytes again and
// again.

import { readCode, SIMD, skipOperands } from "./instructions.mjs";
import { sevenBits, WasmReader } from "./wasm-reader.mjs";

const section = { types: 1, functions: 3, code: 10 };
const v128 = 0x7b;
const functionType = 0x60;

const set = (local) => [0x21, ...sevenBits(local)];
const get = (local) => [0x20, ...sevenBits(local)];
const simd = (code) => [SIMD, ...sevenBits(code)];
const [add, subtract, multiply, pseudoMinimum, pseudoMaximum] = [228, 229, 230, 234, 235].map(simd);

/**
 * What stands for a relaxed instruction, with two locals to put operands aside, and how many of them it takes.
 * `Simd128` (crate/src/lane) says which semantics the kernels ask of each.
 */
const plain = new Map([
  // a · b + c and c - a · b, in two roundings
  [0x105, { locals: 1, write: (c) => [...set(c), ...multiply, ...get(c), ...add] }],
  [
    0x106,
    {
      locals: 2,
      write: (c, product) => [...set(c), ...multiply, ...set(product), ...get(c), ...get(product), ...subtract],
    },
  ],
  // the second operand where one is NaN, which is the first of pmin and pmax
  [0x10d, { locals: 2, write: (b, a) => [...set(b), ...set(a), ...get(b), ...get(a), ...pseudoMinimum] }],
  [0x10e, { locals: 2, write: (b, a) => [...set(b), ...set(a), ...get(b), ...get(a), ...pseudoMaximum] }],
]);
const firstRelaxed = 0x100;

/**
 * @param {Uint8Array} relaxed a module that uses relaxed SIMD
 * @returns {Uint8Array} the module with plain SIMD only @throws Error for a relaxed instruction that has no plain form here
 */
export function plainSimd(relaxed) {
  const parameters = parametersOfFunctions(relaxed);
  const reader = new WasmReader(relaxed);
  const count = reader.toSection(section.code);
  const contents = [Buffer.from(sevenBits(count))];
  const start = sectionStart(relaxed, section.code);
  for (let index = 0; index < count; index++) {
    const end = reader.number() + reader.at;
    const body = plainBody(reader, end, parameters[index]);
    contents.push(Buffer.from(sevenBits(body.length)), body);
  }
  const code = Buffer.concat(contents);
  return Buffer.concat([
    relaxed.subarray(0, start),
    Buffer.from([section.code, ...sevenBits(code.length)]),
    code,
    relaxed.subarray(reader.at),
  ]);
}

/** One function: its locals, then its instructions. */
function plainBody(reader, end, parameters) {
  const start = reader.at;
  const groups = reader.number();
  const declarations = reader.at;
  let locals = parameters;
  for (let group = 0; group < groups; group++) {
    locals += reader.number();
    reader.byte(); // the type
  }
  const instructions = reader.at;
  const parts = [];
  let [kept, added] = [instructions, 0];
  while (reader.at < end) {
    const at = reader.at;
    const opcode = reader.byte();
    const code = readCode(reader, opcode);
    if (opcode === SIMD && code >= firstRelaxed) {
      const form = plain.get(code);
      if (form === undefined) throw new Error(`the relaxed instruction 0x${code.toString(16)} has no plain form`);
      parts.push(reader.wasm.subarray(kept, at), Buffer.from(form.write(locals, locals + 1)));
      kept = reader.at;
      added = Math.max(added, form.locals);
    } else {
      skipOperands(reader, opcode, code);
    }
  }
  if (added === 0) return reader.wasm.subarray(start, end);
  return Buffer.concat([
    Buffer.from(sevenBits(groups + 1)),
    reader.wasm.subarray(declarations, instructions),
    Buffer.from([...sevenBits(added), v128]),
    ...parts,
    reader.wasm.subarray(kept, end),
  ]);
}

/** How many parameters each function of the module's own has. */
function parametersOfFunctions(wasm) {
  const types = new WasmReader(wasm);
  const counts = Array.from({ length: types.toSection(section.types) }, () => {
    if (types.byte() !== functionType) throw new Error("a type of the module is not a function's");
    const count = types.number();
    types.skip(count);
    types.skip(types.number()); // results
    return count;
  });
  const functions = new WasmReader(wasm);
  return Array.from({ length: functions.toSection(section.functions) }, () => counts[functions.number()]);
}

/** Where a section begins, its number and length included. */
function sectionStart(wasm, id) {
  const reader = new WasmReader(wasm);
  for (let at = reader.at; at < wasm.length; at = reader.at) {
    if (reader.byte() === id) return at;
    reader.skip(reader.number());
  }
  throw new Error(`the module has no section ${id}`);
}
