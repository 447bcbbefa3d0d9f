import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertWritable, type Report, thisMachine, writeReport } from "./file.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "bench-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const report: Report = {
  machine: thisMachine(),
  date: "2026-01-01",
  threads: 1,
  ceilings: [],
  effort: "quick",
  rows: [],
};

test("the report is one file, and takes the place of an older one", () => {
  const file = join(folder, "bench.json");
  assertWritable(file);
  expect(readdirSync(folder)).toEqual([]);
  writeReport(file, { ...report, effort: "thorough" });
  writeReport(file, report);
  expect(readdirSync(folder)).toEqual(["bench.json"]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(report);
});

test("what cannot be written leaves nothing behind", () => {
  const file = join(folder, "bench.json");
  mkdirSync(file);
  expect(() => writeReport(file, report)).toThrow(/EISDIR|EPERM|EEXIST/);
  expect(readdirSync(folder)).toEqual(["bench.json"]);
});

test("a missing folder is named", () => {
  expect(() => assertWritable(join(folder, "out", "bench.json"))).toThrow(
    `the folder ${join(folder, "out")} does not exist; make it first`,
  );
});
