// What follows from the built core, and is made anew wherever that is put.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { notice, packed } from "./generate.mjs";
import { makePatch } from "./patch.mjs";
import { plainSimd } from "./plain-simd.mjs";

/** Writes the patch to plain SIMD, and a file for engines that compile nothing while they run. */
export function writeDerived(folder) {
  const relaxed = readCore(folder);
  const write = (name, content) => writeFileSync(join(folder, name), content);
  write("relaxed.wasm", relaxed);
  write("simd-patch.js", `${notice}export const patch =\n  "${packed(makePatch(relaxed, plainSimd(relaxed)))}";\n`);
  write(
    "simd-patch.d.ts",
    `${notice}/** base64 of gzip of what makes the build of plain SIMD out of the relaxed one. */\n` +
      "export declare const patch: string;\n",
  );
}

/** The core's WebAssembly, out of the module that holds it. */
export function readCore(folder) {
  const [, bytes] = /"([A-Za-z0-9+/=]+)"/.exec(readFileSync(join(folder, "relaxed.js"), "utf8"));
  return gunzipSync(Buffer.from(bytes, "base64"));
}
