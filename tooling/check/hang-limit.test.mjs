import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const modules = join(import.meta.dirname, "node_modules");
const settings = resolve(import.meta.dirname, "../config/vitest.ts");

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unfold-hang-"));
  symlinkSync(modules, join(folder, "node_modules"), "junction");
  writeFileSync(join(folder, "vitest.config.mjs"), `export { nodeTests as default } from ${JSON.stringify(settings)};`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a test that never comes back is ended past every timeout, and named", () => {
  const planted = `
    import { describe, test } from "vitest";
    test("comes back", () => {});
    describe("a kernel", () => {
      test("waits for ever", () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 1000);
    });`;
  writeFileSync(join(folder, "planted.test.mjs"), planted);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(modules, "vitest", "vitest.mjs"), "run"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, UNFOLD_HANG_LIMIT: "3" },
    timeout: 25_000,
  });
  expect(stdout + stderr).toContain(
    "hung for 3 s, so its process is ended: planted.test.mjs > a kernel > waits for ever",
  );
  expect(status).toBe(1);
});
