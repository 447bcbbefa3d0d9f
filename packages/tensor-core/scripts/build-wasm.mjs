// Fills packages/tensor-core/wasm: the core's variants, what they differ in, the types of its exports, its op codes and what
// writes its frames.
//
//   build:wasm                      the prebuilt core if it matches the sources, else (or after
//                                   `npm run setup -- --toolchain`, always) a build from source
//   build:wasm -- --source          a build from source
//   build:wasm -- --variant NAME    a build from source of one variant, simd or relaxed
//   build:wasm -- --checked         a build from source into wasm-checked, whose bindings check the ranges that they reach;
//                                   `npm run fuzz` runs on it
//   build:wasm -- --prebuilt        then makes the build the prebuilt core, to be committed
//   build:wasm -- --check           only says whether the prebuilt core matches the sources

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compile, variants } from "./compile.mjs";
import { framesModule, framesTypes, readFrames } from "./frames.mjs";
import { interfaceFile, interfaceHash } from "./interface.mjs";
import { codesModule, codesTypes, coreTypes, importsModule, variantModule, variantTypes } from "./generate.mjs";
import {
  builtFrom,
  checkedFolder,
  framesSource,
  hashFile,
  prebuiltFolder,
  savePrebuilt,
  sourcesHash,
  usePrebuilt,
  wasmFolder,
} from "./prebuilt.mjs";
import { readVariant, writePatches } from "./patch.mjs";
import { findToolchain, sourceBuildMarker } from "./toolchain.mjs";

const refresh = "npm run setup -- --toolchain && pnpm --filter @unfoldjs/tensor-core build:wasm --prebuilt";

try {
  run(options());
} catch (error) {
  console.error(`build:wasm: ${error.message}`);
  process.exit(1);
}

function options() {
  const { values } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument !== "--"),
    options: {
      source: { type: "boolean", default: false },
      variant: { type: "string" },
      prebuilt: { type: "boolean", default: false },
      checked: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  if (values.variant !== undefined && !Object.hasOwn(variants, values.variant)) {
    throw new Error(`unknown variant "${values.variant}": give one of ${Object.keys(variants).join(", ")}`);
  }
  return values;
}

function run({ source, variant, prebuilt, checked, check }) {
  const hash = sourcesHash();
  const current = builtFrom(prebuiltFolder) === hash;
  if (check) {
    if (!current) throw new Error(`the prebuilt core was not made from the present sources; run: ${refresh}`);
    console.log("The prebuilt core matches the sources.");
    return;
  }
  if (checked) {
    if (builtFrom(checkedFolder) === hash) {
      console.log("wasm-checked: as the sources are.");
      return;
    }
    buildFromSource(Object.keys(variants), hash, checkedFolder, ["checked"]);
    deriveFiles(checkedFolder);
    return;
  }
  if (source || variant !== undefined || prebuilt || !current || existsSync(sourceBuildMarker)) {
    buildFromSource(variant === undefined ? Object.keys(variants) : [variant], hash, wasmFolder);
  } else {
    usePrebuilt();
    console.log("wasm: the prebuilt core, which matches the sources.");
  }
  deriveFiles(wasmFolder);
  if (prebuilt) {
    savePrebuilt();
    console.log("prebuilt: made from this build; commit packages/tensor-core/prebuilt.");
  }
}

/** What follows from the variants: their patches, and a file for engines that compile nothing while they run. */
function deriveFiles(folder) {
  const names = Object.keys(variants);
  if (!names.every((name) => existsSync(join(folder, `${name}.js`)))) return; // after `--variant` in a fresh clone
  writePatches(folder, names);
  writeFileSync(join(folder, "relaxed.wasm"), readVariant(folder, "relaxed"));
}

function buildFromSource(names, hash, folder, features = []) {
  const found = findToolchain();
  if ("missing" in found) {
    throw new Error(
      `the core must be built from source, and ${found.missing}. Run: npm run setup -- --toolchain ` +
        "(add --system to let it install system packages)",
    );
  }
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, hashFile), { force: true });
  const write = (name, content) => writeFileSync(join(folder, name), content);
  const surfaces = names.map((name) => {
    const { wasm, raw, documented } = compile(name, found.toolchain, features);
    const surface = {
      "core.js": importsModule(wasm),
      "core.d.ts": coreTypes(raw, documented),
      "codes.js": codesModule(documented),
      "codes.d.ts": codesTypes(documented),
    };
    write(`${name}.js`, variantModule(wasm));
    write(`${name}.d.ts`, variantTypes());
    console.log(
      `wasm: ${[name, ...features].join(", ")} built with ${found.toolchain.name}, ${(wasm.length / 1024).toFixed(0)} KB.`,
    );
    return surface;
  });
  const [surface, ...others] = surfaces;
  for (const [file, content] of Object.entries(surface)) {
    if (others.some((other) => other[file] !== content)) throw new Error(`the variants do not agree on ${file}`);
    write(file, content);
  }
  const frames = readFrames(readFileSync(framesSource, "utf8"));
  write("frames.js", framesModule(frames));
  write("frames.d.ts", framesTypes(frames));
  write(interfaceFile, `${interfaceHash()}\n`);
  // Only a complete build is marked with its sources: after `--variant` the other variant may be an older one.
  if (names.length === Object.keys(variants).length) write(hashFile, `${hash}\n`);
}
