import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execPath } from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";

// A checkout beside this one, whose folder of the core is from other sources.

const here = resolve(import.meta.dirname, "../..");
let checkout = "";

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "unfold-checkout-"));
  for (const part of ["package.json", "scripts", "src", "wasm", "crate/src"]) {
    cpSync(join(here, part), join(checkout, part), { recursive: true });
  }
  symlinkSync(join(here, "node_modules"), join(checkout, "node_modules"));
  appendFileSync(join(checkout, "crate/src/lib.rs"), "\n#[wasm_bindgen]\npub enum Late {\n    First,\n}\n");
});

afterAll(() => rmSync(checkout, { recursive: true }));

/** What Node says on loading it. */
function loaded(): string {
  const program = `await import(${JSON.stringify(join(checkout, "src/index.node.ts"))}).then(
    () => console.log("loaded"),
    (error) => console.log(error.name + ": " + error.message),
  );`;
  return execFileSync(execPath, ["--no-warnings", "--input-type=module", "--eval", program], {
    encoding: "utf8",
    timeout: 60_000,
  });
}

const BUILD_ANEW = /^RuntimeError: @unfoldjs\/tensor-core: .*it was built from other sources.*build:wasm/s;

test("a core of other sources is refused with what to run", () => {
  expect(loaded()).toMatch(BUILD_ANEW);
});

// Modules are linked before any of them runs. So the sources import the folder as namespaces: of a name that is imported by itself
// and not there Node would say no more than that.
test.each(["codes.js", "core.js", "frames.js", "relaxed.js", "simd-patch.js"])(
  "so is one whose %s lacks all",
  (name) => {
    const file = join(checkout, "wasm", name);
    const whole = readFileSync(file);
    writeFileSync(file, "export {};\n");
    expect(loaded()).toMatch(BUILD_ANEW);
    writeFileSync(file, whole);
  },
);
