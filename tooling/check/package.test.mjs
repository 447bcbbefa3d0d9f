import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const manifest = {
  name: "planted",
  version: "1.0.0",
  license: "MIT",
  type: "module",
  files: ["dist"],
  sideEffects: false,
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
};

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "unfold-planted-"));
  mkdirSync(join(folder, "dist"));
  write("package.json", JSON.stringify(manifest));
  write("dist/index.js", "export function area(side) {\n  return side * side;\n}\n");
  write("dist/index.d.ts", "export declare function area(side: number): number;\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name, content) {
  writeFileSync(join(folder, name), content);
}

/** What is accepted: the files of api/ and what they say. */
function snapshot() {
  const names = readdirSync(join(folder, "api")).toSorted();
  return names.map((name) => [name, readFileSync(join(folder, "api", name), "utf8")]);
}

function check(...options) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "package.mjs"), ...options],
    {
      cwd: folder,
      encoding: "utf8",
      timeout: 60_000,
    },
  );
  return { status, output: stdout + stderr };
}

test("a package without an API snapshot fails until its API has been accepted", () => {
  expect(check()).toMatchObject({ status: 1, output: expect.stringContaining("no snapshot of the public API") });
  expect(check("--update").status).toBe(0);
  expect(check()).toEqual({ status: 0, output: "" });
});

test("a change of the API fails and shows what changed", () => {
  check("--update");
  write("dist/index.d.ts", "export declare function area(side: string): number;\n");
  const { status, output } = check();
  expect(output).toContain("string");
  expect(output).toContain("The public API has changed");
  expect(status).toBe(1);
});

test("a change that was not accepted fails each time, and leaves the snapshot as it was", () => {
  write(
    "dist/index.js",
    "export const area = (side) => side * side;\nexport const edge = (area) => Math.sqrt(area);\n",
  );
  const declared = "export declare function area(side: number): number;\n";
  write("dist/index.d.ts", `${declared}export declare function edge(area: number): number;\n`);
  check("--update");
  const before = snapshot();
  // An export is gone.
  write("dist/index.js", "export const area = (side) => side * side;\n");
  write("dist/index.d.ts", declared);
  for (let time = 1; time <= 3; time++) {
    const { status, output } = check();
    expect(output, `time ${time}`).toContain("The public API has changed");
    expect(status, `time ${time}`).toBe(1);
    expect(snapshot()).toEqual(before);
  }
  const refused = check("--update");
  expect(refused.output).toContain("--allow-breaking");
  expect(refused.status).toBe(1);
  expect(snapshot()).toEqual(before);
  expect(check("--update", "--allow-breaking")).toEqual({ status: 0, output: "" });
  expect(check()).toEqual({ status: 0, output: "" });
});

test("an entry point that came, or went, fails until it is accepted", () => {
  const more = { ...manifest.exports, "./more": { types: "./dist/more.d.ts", default: "./dist/more.js" } };
  write("dist/more.js", "export const more = 1;\n");
  write("dist/more.d.ts", "export declare const more: number;\n");
  check("--update");
  const before = snapshot();
  write("package.json", JSON.stringify({ ...manifest, exports: more }));
  for (let time = 1; time <= 2; time++) expect(check()).toMatchObject({ status: 1 });
  expect(snapshot()).toEqual(before);
  expect(check("--update").status).toBe(0);
  expect(check().status).toBe(0);
  write("package.json", JSON.stringify(manifest));
  expect(check()).toMatchObject({ status: 1, output: expect.stringContaining("no entry point any more") });
  expect(check("--update").status).toBe(1);
  expect(check("--update", "--allow-breaking").status).toBe(0);
  expect(snapshot()).toEqual(before);
});

test("an export that is not in the tarball fails", () => {
  check("--update");
  write("package.json", JSON.stringify({ ...manifest, files: ["dist/*.d.ts"] }));
  const { status, output } = check();
  expect(output).toMatch(/publint: .*dist\/index\.js/);
  expect(status).toBe(1);
});

test("missing types fail", () => {
  check("--update");
  write("package.json", JSON.stringify({ ...manifest, exports: { ".": "./dist/index.js" }, files: ["dist/*.js"] }));
  const { status, output } = check();
  expect(output).toContain("are-the-types-wrong: the package has no types");
  expect(status).toBe(1);
});
