import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LISTED, tableOf, tablePath } from "./exports.mjs";

test.each(LISTED)(
  "EXPORTS.md of %s is what its sources say; node tooling/check/exports.mjs --update writes it",
  (name) => {
    const { text, silent } = tableOf(name);
    expect(silent, "exports without a docstring").toEqual([]);
    expect(text.match(/^\| `/gm)?.length).toBeGreaterThan(5);
    expect(readFileSync(tablePath(name), "utf8")).toBe(text);
  },
);

test("no file holds both sides of a merge", () => {
  const mark = "^(<{7} |>{7} |(> ){7})"; // the last is what a formatter of Markdown makes of it
  const { stdout } = spawnSync("git", ["grep", "-lE", mark], { cwd: import.meta.dirname + "/../..", encoding: "utf8" });
  expect(stdout).toBe("");
});
