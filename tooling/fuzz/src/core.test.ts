import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { expect, test } from "vitest";
import { coreToTry } from "./core.mjs";

test("the checked core is tried only if it is of the present sources", () => {
  const folder = mkdtempSync(join(tmpdir(), "unfold-core-"));
  try {
    expect(coreToTry(folder)).toMatchObject({ name: expect.stringContaining("there is no checked one"), flags: [] });
    writeFileSync(join(folder, "sources.sha256"), "of other sources\n");
    expect(coreToTry(folder)).toMatchObject({ name: expect.stringContaining("of older sources"), flags: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Three ranges as an op would claim them whose shape rule, stride or index is wrong by one. */
const PLANTED = `
  import { core, inCore } from ${JSON.stringify(new URL("../../../packages/tensor-core/src/runtime/heap.ts", import.meta.url).href)};
  import { apply, defineOp, runtime, tensor } from "@unfoldjs/tensor-core";
  const tried = (name, shape, run) => {
    const [x, index] = [tensor([1, 2, 3, 4, 5, 6]), tensor([0, 6], "i32")];
    try {
      const y = apply(defineOp(name, ["x", "index"], { shape, run, dtype: () => "f32" }), { x, index }, undefined);
      console.log(name + ": passed with " + y.shape);
    } catch (error) {
      console.log(error.message.replaceAll("\\n", " "));
      runtime.restart();
    }
  };
  const { size } = tensor([1, 2, 3, 4, 5, 6]);
  tried("right", ({ x }) => x.shape, ({ x }, y) => core().unary(0, size, x.address, y.address));
  tried("short", () => [size - 1], ({ x }, y) => core().unary(0, size, x.address, y.address));
  tried("shifted", ({ x }) => x.shape, ({ x }, y) => core().binary(0, size, x.address, x.address + 4, y.address));
  tried("outside", () => [2], ({ x, index }, y) => core().select_rows(1, size, 4, 2, index.address, x.address, y.address));`;

test.skipIf(coreToTry().flags.length === 0)(
  "the checked core refuses ranges that are wrong by one, and says whose",
  () => {
    const flags = [...coreToTry().flags, "--conditions=@unfoldjs/source", "--disable-warning=ExperimentalWarning"];
    const output = execFileSync(execPath, [...flags, "--input-type=module", "--eval", PLANTED], {
      encoding: "utf8",
      timeout: 60_000,
      cwd: import.meta.dirname,
    });
    expect(output.trim().split("\n")).toEqual([
      "right: passed with 6",
      expect.stringMatching(/^short: .*elementwise::unary reaches elements 0\.\.6 of its argument y, .* of 20 bytes/),
      expect.stringMatching(
        /^shifted: .*elementwise::binary reaches elements 0\.\.6 of its argument b, .* of 24 bytes/,
      ),
      expect.stringMatching(
        /^outside: .*gather::select_rows reaches elements 0\.\.28 of its argument x, .* of 24 bytes/,
      ),
    ]);
  },
);
