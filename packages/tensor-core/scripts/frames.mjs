// Turns the crate's frames (crate/src/layout/frames.rs) into the functions with which TypeScript writes them.
//
// The source is read as text and not taken from the compiled module: it is the declaration itself, with names and docs, it
// needs no compiler, and what is compiled stays free of descriptions. `repr(C)` structs of i32 words have no padding, so a
// field's place follows from the fields before it. Whatever this file does not know is an error: it never guesses.

const notice = "// Written by scripts/build-wasm.mjs from the crate's layout/frames.rs. Do not edit.\n";

const name = String.raw`[A-Z]\w*`;
const docs = String.raw`((?:[ ]*///.*\n)*)`;
const items = {
  innerDocs: /\/\/!.*\n/y,
  use: /use [\w:]+;\n/y,
  constant: new RegExp(docs + String.raw`pub const ([A-Z_]+): usize = (\d+);\n`, "y"),
  walks: /walks! \{\n([^}]*)\}\n/y,
  struct: new RegExp(docs + String.raw`#\[repr\(C\)\]\npub struct (${name}) \{\n([^}]*)\}\n`, "y"),
};
const walk = new RegExp(docs + String.raw`[ ]*(${name})\(((?:[a-z_]+(?:, [a-z_]+)*)?)\);\n`, "y");
const field = new RegExp(docs + String.raw`[ ]*pub ([a-z_]+): (.+),\n`, "y");

/**
 * @typedef {{ name: string, docs: string[], at: number, type: number | Frame | "word" | "sizes" | "strides" }} Field
 *   `at` counts words from the frame's beginning; a number is a fixed count of words
 * @typedef {{ name: string, docs: string[], words: number, fields: Field[] }} Frame
 */

/**
 * @param {string} source of frames.rs
 * @returns {{ constants: { name: string, docs: string[], value: number }[], frames: Frame[] }}
 * @throws Error that quotes what is none of the known forms
 */
export function readFrames(source) {
  const constants = new Map();
  const frames = new Map();
  const add = (to, item) => {
    if (to.has(item.name)) throw new Error(`frames.rs: ${item.name} is there twice`);
    to.set(item.name, item);
  };
  const take = {
    innerDocs: () => {},
    use: () => {},
    constant: ([, comment, constant, value]) =>
      add(constants, { name: constant, docs: linesOf(comment), value: Number(value) }),
    walks: ([, body]) =>
      readAll(body, { walk }, ({ match: [, comment, title, operands] }) =>
        add(
          frames,
          walkFrame(title, linesOf(comment), operands.split(", ").filter(Boolean), valueOf(constants, "MAX_RANK")),
        ),
      ),
    struct: ([, comment, title, body]) => {
      const fields = [];
      readAll(body, { field }, ({ match: [, about, key, type] }) =>
        fields.push({ name: camelCase(key), docs: linesOf(about), type: typeOf(type, constants, frames) }),
      );
      add(frames, layOut(title, linesOf(comment), fields));
    },
  };
  readAll(source, items, ({ kind, match }) => take[kind](match));
  return { constants: [...constants.values()], frames: [...frames.values()] };
}

/** Calls `found` for one item after the other. @throws Error at the first text that is none */
function readAll(source, patterns, found) {
  const text = source.replaceAll(/^\s*\n/gm, "");
  let at = 0;
  while (at < text.length) {
    let item;
    for (const [kind, pattern] of Object.entries(patterns)) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match !== null && match[0] !== "") item ??= { kind, match };
    }
    if (item === undefined) {
      const [line] = text
        .slice(at)
        .replace(/^(?: *\/\/\/.*\n)+/, "")
        .trimStart()
        .split("\n", 1);
      throw new Error(`frames.rs has a form that frames.mjs does not know: ${line}`);
    }
    at += item.match[0].length;
    found(item);
  }
}

function valueOf(constants, constant) {
  const found = constants.get(constant);
  if (found === undefined) throw new Error(`frames.rs names ${constant}, which is not a constant above`);
  return found.value;
}

function typeOf(type, constants, frames) {
  if (type === "i32") return "word";
  const [, count] = /^\[i32; (\w+)\]$/.exec(type) ?? [];
  if (count !== undefined) return /^\d+$/.test(count) ? Number(count) : valueOf(constants, count);
  const frame = frames.get(type);
  if (frame === undefined) throw new Error(`frames.rs: ${type} is neither i32, [i32; N] nor a frame above`);
  return frame;
}

/** As the crate's `walks!` declares it: the rank, then room for sizes and for each operand's strides. */
function walkFrame(title, comment, operands, rank) {
  const place = (index) => 1 + index * rank;
  const strides = operands.map((operand, i) => ({
    name: camelCase(operand),
    docs: [],
    at: place(i + 1),
    type: "strides",
  }));
  const sizes = { name: "sizes", docs: [], at: 0, type: "sizes" };
  return { name: title, docs: comment, words: place(operands.length + 1), fields: [sizes, ...strides] };
}

function layOut(title, comment, fields) {
  let at = 0;
  const placed = fields.map((one) => {
    const here = { ...one, at };
    at += one.type === "word" ? 1 : typeof one.type === "number" ? one.type : one.type.words;
    return here;
  });
  return { name: title, docs: comment, words: at, fields: placed };
}

// Stores go straight to the heap, and arrays are written one element after the other: a call allocates nothing.
const walkWriters = `
function writeSizes(heap, at, sizes) {
  const rank = sizes.length;
  heap[at] = rank;
  for (let axis = 0; axis < rank; axis++) heap[at + 1 + axis] = sizes[axis];
}

function writeStrides(heap, at, sizes, operand) {
  const { shape, strides } = operand;
  const axes = sizes.length;
  const missing = axes - operand.rank;
  for (let axis = 0; axis < axes; axis++) {
    const own = axis - missing;
    const stretches = own < 0 || (shape[own] === 1 && sizes[axis] !== 1);
    heap[at + axis] = stretches ? 0 : strides[own];
  }
}
`;

/** The writers, and the constants that TypeScript shares with the crate. */
export function framesModule({ constants, frames }) {
  const values = constants.map((constant) => `export const ${constant.name} = ${constant.value};\n`).join("");
  const writers = frames.map((frame) => {
    const parameter = `{ ${frame.fields.map((one) => one.name).join(", ")} }`;
    const lines = frame.fields.flatMap(storesOf);
    return `\nexport function write${frame.name}(heap, at, ${parameter}) {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
  });
  return `${notice}\n${values}${walkWriters}${writers.join("")}`;
}

function storesOf({ name: key, at, type }) {
  const place = at === 0 ? "at" : `at + ${at}`;
  if (type === "word") return [`heap[${place}] = ${key};`];
  if (type === "sizes") return [`writeSizes(heap, ${place}, sizes);`];
  if (type === "strides") return [`writeStrides(heap, ${place}, sizes, ${key});`];
  if (typeof type === "number") {
    return Array.from({ length: type }, (_, i) => `heap[${at + i === 0 ? "at" : `at + ${at + i}`}] = ${key}[${i}];`);
  }
  return [`write${type.name}(heap, ${place}, ${key});`];
}

export function framesTypes({ constants, frames }) {
  const values = constants.map(
    (constant) => `${docComment(constant.docs, "")}export declare const ${constant.name}: ${constant.value};\n`,
  );
  const declarations = frames.map((frame) => {
    const members = frame.fields.map(
      (one) => `${docComment(one.docs, "  ")}  readonly ${one.name}: ${typeText(one)};\n`,
    );
    return (
      `${docComment(frame.docs, "")}export interface ${frame.name} {\n${members.join("")}}\n` +
      `/** Writes it from \`heap[at]\` on. */\n` +
      `export declare function write${frame.name}(heap: Int32Array, at: number, frame: ${frame.name}): void;\n`
    );
  });
  const operand =
    "/** Where an operand of a walk lies. It is broadcast to the walk's sizes: trailing axes aligned, size 1 stretches. */\n" +
    "export interface Operand {\n  readonly shape: readonly number[];\n  readonly strides: readonly number[];\n" +
    "  /** How many of its axes the walk goes along, counted from the first. */\n  readonly rank: number;\n}\n";
  return [notice, ...values, operand, ...declarations].join("\n");
}

function typeText({ type }) {
  if (type === "word") return "number";
  if (type === "sizes") return "readonly number[]";
  if (type === "strides") return "Operand";
  if (typeof type === "number") return `readonly [${Array.from({ length: type }, () => "number").join(", ")}]`;
  return type.name;
}

function linesOf(comment) {
  return [...comment.matchAll(/\/\/\/ ?(.*)\n/g)].map(([, line]) => line);
}

function docComment(lines, indent) {
  if (lines.length === 0) return "";
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

function camelCase(snake) {
  return snake.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
}
