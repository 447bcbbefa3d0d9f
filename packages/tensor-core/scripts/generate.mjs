// Turns what wasm-pack wrote into the modules and types that TypeScript imports.

import { gzipSync } from "node:zlib";
import { findMemory } from "./memory-import.mjs";

export const notice = "// Written by scripts/build-wasm.mjs from the crate. Do not edit.\n";

// What the module may import, and how we satisfy it.
const knownImports = [
  { name: /^memory$/, value: "memory" },
  // The crate's `crew::host`.
  { name: /^start_helpers$/, value: "startHelpers" },
  { name: /^look_after_helpers$/, value: "lookAfterHelpers" },
  // The feature `checked`: stops the core with a message. What decodes text refuses shared memory.
  {
    name: /^violated$/,
    value:
      "(at, length) => {\n      const message = new Uint8Array(memory.buffer).slice(at, at + length);\n" +
      "      throw new WebAssembly.RuntimeError(new TextDecoder().decode(message));\n    }",
  },
  // Fills the table of references; nothing that passes our bindings is a reference, so it stays as it is.
  { name: /^__wbindgen_init_externref_table$/, value: "() => {}" },
  // Called for a number that is none of an enum's, which TypeScript's types of the codes rule out.
  {
    name: /^__wbg___wbindgen_throw_[0-9a-f]+$/,
    value: '() => {\n      throw new RangeError("the core was given a number that is not one of its op codes");\n    }',
  },
];

/** base64 of gzip: about the gzip's size once it is compressed again. */
export function packed(bytes) {
  return gzipSync(bytes, { level: 9 }).toString("base64");
}

/** The core as one JavaScript module. */
export function coreModule(wasm) {
  return `${notice}export const bytes =\n  "${packed(wasm)}";\n`;
}

export function coreModuleTypes() {
  return `${notice}/** base64 of the gzipped WebAssembly module. */\nexport declare const bytes: string;\n`;
}

/**
 * What the raw module is instantiated with: a function of its memory and of what starts helpers and looks after them; and where the module says
 * which memory it wants. @throws Error if the module wants an import that is not known
 */
export function importsModule(wasm) {
  const imports = {};
  for (const { module, name } of WebAssembly.Module.imports(new WebAssembly.Module(wasm))) {
    const known = knownImports.find((candidate) => candidate.name.test(name));
    if (known === undefined) {
      throw new Error(
        `the module imports "${name}" from "${module}", which nothing provides: ` +
          "bindings may take and return numbers, pointers and enums only",
      );
    }
    (imports[module] ??= []).push(`    ${name}: ${known.value},`);
  }
  const records = Object.entries(imports).map(([module, lines]) => `  "${module}": {\n${lines.join("\n")}\n  },\n`);
  const memory = findMemory(wasm);
  return (
    `${notice}export const importsOf = (memory, startHelpers, lookAfterHelpers) => ({\n${records.join("")}});\n\n` +
    `export const memoryImport = ${JSON.stringify(memory)};\n`
  );
}

/**
 * `CoreExports`: the raw exports, named and documented as in Rust.
 * @param {string} raw bindgen's types of the raw exports: what really crosses the border
 * @param {string} documented bindgen's wrappers: parameter names, enums and docstrings
 */
export function coreTypes(raw, documented) {
  const signatures = functionsOf(documented);
  const enums = new Set(enumsOf(documented).map(({ name }) => name));
  const used = new Set();
  const members = [];
  for (const [, name, parameters, result] of raw.matchAll(/^export const (\w+): \((.*)\) => (\w+);$/gm)) {
    if (name.startsWith("__")) continue;
    const types = parameters === "" ? [] : parameters.split(", ").map((parameter) => parameter.split(": ")[1]);
    const signature = signatures.get(name);
    if (signature === undefined || signature.parameters.length !== types.length) {
      throw new Error(`the binding ${name} takes something else than numbers: (${parameters})`);
    }
    const list = signature.parameters.map(({ name: parameter, type }, i) => {
      if (enums.has(type)) used.add(type);
      return `${parameter}: ${enums.has(type) ? type : types[i]}`;
    });
    members.push(`${signature.docstring}  readonly ${name}: (${list.join(", ")}) => ${result};\n`);
  }
  const imported =
    used.size === 0
      ? ""
      : `import type { ${[...used].sort((a, b) => a.localeCompare(b)).join(", ")} } from "./codes.js";\n\n`;
  return (
    `${notice}${imported}/** The raw exports of the core. Pointers are byte offsets into \`memory\`. */\n` +
    "export interface CoreExports {\n  readonly memory: WebAssembly.Memory;\n" +
    "  /** Gives the calling thread its stack, and to the first one the heap's contents. To be called once on each. */\n" +
    `  readonly __wbindgen_start: (stackBytes: number) => void;\n${members.join("")}}\n\n` +
    "/** What the module is instantiated with. */\n" +
    "export declare const importsOf: (\n  memory: WebAssembly.Memory,\n  startHelpers: () => void,\n" +
    "  lookAfterHelpers: () => void,\n) => WebAssembly.Imports;\n\n" +
    "/** The memory that the module imports: the byte of the module that says of which kind (1 its own, 3 shared), and how\n" +
    " * many pages. */\n" +
    "export declare const memoryImport: { readonly kindAt: number; readonly initial: number; readonly maximum: number };\n"
  );
}

/** The Rust enums as frozen records: names to numbers. */
export function codesModule(documented) {
  const records = enumsOf(documented).map(
    ({ name, variants }) =>
      `export const ${name} = {\n${variants.map(([key, value]) => `  ${key}: ${value},\n`).join("")}};\n`,
  );
  return [notice, ...records].join("\n");
}

export function codesTypes(documented) {
  const records = enumsOf(documented).map(
    ({ name, docstring, variants }) =>
      `${docstring}export declare const ${name}: {\n` +
      `${variants.map(([key, value]) => `  readonly ${key}: ${value};\n`).join("")}};\n` +
      `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`,
  );
  return [notice, ...records, "export {};\n"].join("\n");
}

const docstring = String.raw`((?:^\/\*\*\n(?:^ \*.*\n)+?^ \*\/\n)?)`;

function functionsOf(documented) {
  const functions = new Map();
  const pattern = new RegExp(docstring + String.raw`^export function (\w+)\((.*)\): .*;$`, "gm");
  for (const [, comment, name, list] of documented.matchAll(pattern)) {
    const parameters = list === "" ? [] : list.split(", ").map((parameter) => parameter.split(": "));
    functions.set(name, {
      docstring: comment.replaceAll(/^(?=.)/gm, "  "),
      parameters: parameters.map(([parameter, type]) => ({ name: camelCase(parameter), type })),
    });
  }
  return functions;
}

function enumsOf(documented) {
  const pattern = new RegExp(docstring + String.raw`^export enum (\w+) \{\n([^]*?)^\}`, "gm");
  return [...documented.matchAll(pattern)].map(([, comment, name, body]) => ({
    name,
    docstring: comment,
    variants: [...body.matchAll(/^\s*(\w+) = (-?\d+),$/gm)].map(([, key, value]) => [key, value]),
  }));
}

function camelCase(name) {
  return name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
}
