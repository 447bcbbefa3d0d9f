import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const repository = resolve(import.meta.dirname, "../..");
const shell = process.platform === "win32"; // starts .cmd files so only

/** A clone of the repository with all that is not committed yet. */
let clone;
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "unfold-release-"));
  const options = { cwd: repository, encoding: "utf8" };
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], options);
  for (const file of files.split("\0")) {
    if (file === "" || !existsSync(join(repository, file))) continue; // deleted
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(repository, file), join(clone, file), { verbatimSymlinks: true });
  }
  run("git", "init", "--quiet", "--initial-branch=main");
  run("pnpm", "install", "--frozen-lockfile", "--prefer-offline", "--reporter=silent");
}, 120_000);
afterEach(() => rmSync(clone, { recursive: true, force: true }), 60_000);

function run(command, ...options) {
  execFileSync(command, options, { cwd: clone, shell, encoding: "utf8", timeout: 100_000 });
}

const read = (name) => readFileSync(join(clone, name), "utf8");
const version = (name) => JSON.parse(read(`packages/${name}/package.json`)).version;

test("npm run release:version makes versions and changelogs of the changesets", () => {
  const change = ".changeset/planted-by-a-test.md";
  writeFileSync(join(clone, change), '---\n"@unfoldjs/nn": minor\n---\n\nA planted change.\n');
  const before = version("nn");
  run("npm", "run", "release:version");
  expect(version("nn")).not.toBe(before);
  expect(read("packages/nn/CHANGELOG.md")).toMatch(new RegExp(`## ${version("nn")}\\n[^]*A planted change\\.`));
  expect(existsSync(join(clone, change))).toBe(false);
}, 120_000);
