import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { codesModule, codesTypes, coreTypes, importsModule, coreModule } from "./generate.mjs";

const documented = `/* tslint:disable */
/**
 * What a product is added to.
 */
export enum ProductStart {
    Zero = 0,
    /**
     * Adds to what is there.
     */
    Output = 1,
}

/**
 * C = start + A · B.
 */
export function multiply(a: number, row_stride: number, start: ProductStart): number;

export function release(block: number): void;
`;
const raw = `export const memory: WebAssembly.Memory;
export const multiply: (a: number, b: number, c: number) => number;
export const release: (a: number) => void;
export const __wbindgen_start: () => void;
`;

/** A module with two imports, as the binary format writes it: type () -> (), then a function of it and a memory of a page. */
function moduleImporting(from, name) {
  const text = (value) => [value.length, ...Buffer.from(value)];
  const section = (id, content) => [id, content.length, ...content];
  const memory = [...text("./unfold_core_bg.js"), ...text("memory"), 0x02, 0x01, 0x01, 0x02];
  const imported = [2, ...text(from), ...text(name), 0x00, 0x00, ...memory];
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  return Uint8Array.from([...header, ...section(1, [1, 0x60, 0, 0]), ...section(2, imported)]);
}

const load = (source) => import(`data:text/javascript,${encodeURIComponent(source)}`);

test("the exports keep Rust's names, docs and enums, and of bindgen's own only what starts a thread", () => {
  const types = coreTypes(raw, documented);
  expect(types).toContain('import type { ProductStart } from "./codes.js";');
  expect(types).toContain("readonly multiply: (a: number, rowStride: number, start: ProductStart) => number;");
  expect(types).toContain("   * C = start + A · B.");
  expect(types).toContain("readonly release: (block: number) => void;");
  expect(types.match(/__wb\w+/g)).toEqual(["__wbindgen_start"]);
});

test("a binding that takes anything but numbers is refused", () => {
  const withString = raw.replace("release: (a: number)", "release: (a: number, b: number)");
  expect(() => coreTypes(withString, documented)).toThrow("the binding release takes something else than numbers");
});

test("enums become records of names and numbers, variants with docs included", async () => {
  const { ProductStart } = await load(codesModule(documented));
  expect(ProductStart).toEqual({ Zero: 0, Output: 1 });
  expect(codesTypes(documented)).toContain("readonly Output: 1;");
});

test("a variant is its bytes, gzipped, in base64", async () => {
  const wasm = moduleImporting("a", "b");
  const { bytes } = await load(coreModule(wasm));
  expect(gunzipSync(Buffer.from(bytes, "base64"))).toEqual(Buffer.from(wasm));
});

test.each([
  "__wbindgen_init_externref_table",
  "__wbg___wbindgen_throw_4c88d8bf264fd984",
  "start_helpers",
  "look_after_helpers",
])("a module that imports %s can be instantiated", async (name) => {
  const wasm = moduleImporting("./unfold_core_bg.js", name);
  const { importsOf, memoryImport } = await load(importsModule(wasm));
  expect(memoryImport).toMatchObject({ initial: 1, maximum: 2 });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
  const imports = importsOf(
    memory,
    () => {},
    () => {},
  );
  expect(new WebAssembly.Instance(new WebAssembly.Module(wasm), imports)).toBeInstanceOf(WebAssembly.Instance);
});

test("an import that nothing provides fails the build", () => {
  const wasm = moduleImporting("./unfold_core_bg.js", "__wbg_log_0123456789abcdef");
  expect(() => importsModule(wasm)).toThrow('imports "__wbg_log_0123456789abcdef"');
});
