// Fills packages/tensor-core/wasm: the core, what makes it one of plain SIMD, the types of its exports, its op codes and
// what writes its frames.
//
//   build:wasm                      the prebuilt core if it matches the sources, else (or after
//                                   `npm run setup -- --toolchain`, always) a build from source
//   build:wasm -- --source          a build from source
//   build:wasm -- --checked         a build from source into wasm-checked, whose bindings check the ranges that they reach;
//                                   `npm run fuzz` runs on it
//   build:wasm -- --scalar          a build from source into wasm-scalar, whose kernels compute by the scalar lane; the tests
//                                   of tooling/op-cases compare it with plain SIMD
//   build:wasm -- --prebuilt        then makes the build the prebuilt core, to be committed
//   build:wasm -- --check           only says whether the prebuilt core matches the sources

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compile } from "./compile.mjs";
import { framesModule, framesTypes, readFrames } from "./frames.mjs";
import { interfaceFile, interfaceHash } from "./interface.mjs";
import { codesModule, codesTypes, coreModule, coreModuleTypes, coreTypes, importsModule } from "./generate.mjs";
import {
  builtFrom,
  checkedFolder,
  framesSource,
  hashFile,
  prebuiltFolder,
  savePrebuilt,
  scalarFolder,
  sourcesHash,
  usePrebuilt,
  wasmFolder,
} from "./prebuilt.mjs";
import { writeDerived } from "./derived.mjs";
import { findToolchain, sourceBuildMarker } from "./toolchain.mjs";

const refresh = "npm run setup -- --toolchain && pnpm --filter @unfoldjs/tensor-core build:wasm --prebuilt";

/** Builds that are tried, not published. */
const tried = {
  checked: { folder: checkedFolder, variant: { features: ["checked"] } },
  scalar: { folder: scalarFolder, variant: { scalar: true } },
};

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
      prebuilt: { type: "boolean", default: false },
      checked: { type: "boolean", default: false },
      scalar: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  return values;
}

function run({ source, prebuilt, check, ...wanted }) {
  const hash = sourcesHash();
  const current = builtFrom(prebuiltFolder) === hash;
  if (check) {
    if (!current) throw new Error(`the prebuilt core was not made from the present sources; run: ${refresh}`);
    console.log("The prebuilt core matches the sources.");
    return;
  }
  for (const [name, { folder, variant }] of Object.entries(tried).filter(([each]) => wanted[each])) {
    if (builtFrom(folder) === hash) {
      console.log(`wasm-${name}: as the sources are.`);
    } else {
      buildFromSource(hash, folder, `wasm-${name}`, variant);
      writeDerived(folder);
    }
    return;
  }
  if (source || prebuilt || !current || existsSync(sourceBuildMarker)) {
    buildFromSource(hash, wasmFolder, "wasm");
  } else {
    usePrebuilt();
    console.log("wasm: the prebuilt core, which matches the sources.");
  }
  writeDerived(wasmFolder);
  if (prebuilt) {
    savePrebuilt();
    console.log("prebuilt: made from this build; commit packages/tensor-core/prebuilt.");
  }
}

function buildFromSource(hash, folder, name, variant = {}) {
  const found = findToolchain();
  if ("missing" in found) {
    throw new Error(
      `the core must be built from source, and ${found.missing}. Run: npm run setup -- --toolchain ` +
        "(add --system to let it install system packages)",
    );
  }
  const write = (file, content) => writeFileSync(join(folder, file), content);
  const { wasm, raw, documented } = compile(found.toolchain, variant);
  // Whole: a file that an older build had, and this one has not, would go into the prebuilt core.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  write("relaxed.js", coreModule(wasm));
  write("relaxed.d.ts", coreModuleTypes());
  write("core.js", importsModule(wasm));
  write("core.d.ts", coreTypes(raw, documented));
  write("codes.js", codesModule(documented));
  write("codes.d.ts", codesTypes(documented));
  const frames = readFrames(readFileSync(framesSource, "utf8"));
  write("frames.js", framesModule(frames));
  write("frames.d.ts", framesTypes(frames));
  write(interfaceFile, `${interfaceHash()}\n`);
  write(hashFile, `${hash}\n`);
  console.log(`${name}: built with ${found.toolchain.name}, ${(wasm.length / 1024).toFixed(0)} KB.`);
}
