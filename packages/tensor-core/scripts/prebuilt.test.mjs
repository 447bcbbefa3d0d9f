import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

// Where the core was built from source, the committed build must give the same bits.

const program = (build) => `
  import { createHash } from "node:crypto";
  import { linspace, matmul, runtime, softmax, sum } from "@unfoldjs/tensor-core";

  runtime.configure({ deterministic: ${build === "simd"} });

  const hash = createHash("sha256");
  const record = (t) => (hash.update(new Uint8Array(t.data().buffer)), t);
  const wave = (rows, columns) => linspace(-9, 9, rows * columns).sin().reshape([rows, columns]);

  for (const [m, k, n] of [[1, 7, 5], [64, 64, 64], [37, 53, 41], [130, 260, 9]]) {
    const product = record(matmul(wave(m, k), wave(k, n)));
    record(softmax(product, -1));
    record(sum(product, 0));
    for (const name of ["exp", "tanh", "gelu", "sigmoid", "square"]) record(product[name]());
  }
  console.log(hash.digest("hex"));
`;

/** Runs the program on a folder's core, by relaxed SIMD or plain. */
function digest(folder, build) {
  const redirect = `
    import { registerHooks } from "node:module";
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        return { ...found, url: found.url.replace(/\\/tensor-core\\/wasm\\/(?!.*-patch)/, "/tensor-core/${folder}/") };
      },
    });
  `;
  return execFileSync(
    process.execPath,
    [
      "--conditions=@unfoldjs/source",
      `--import=data:text/javascript,${encodeURIComponent(redirect)}`,
      "--input-type=module",
      `--eval=${program(build)}`,
    ],
    { cwd: resolve(import.meta.dirname, ".."), encoding: "utf8", timeout: 60_000 },
  );
}

test("the prebuilt core computes what a build from the present sources does, bit for bit", () => {
  expect(digest("prebuilt", "relaxed")).toBe(digest("wasm", "relaxed"));
});

test("the builds round differently, so plain SIMD is another program, not the relaxed one under its name", () => {
  expect(digest("wasm", "simd")).not.toBe(digest("wasm", "relaxed"));
});
