import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertWritable, readReport, type Report, thisMachine, writeCharts, writeReport } from "./file.ts";

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

test("what was written can be read, and something else is no report", () => {
  const file = join(folder, "bench.json");
  writeReport(file, report);
  expect(readReport(file)).toEqual(report);
  writeFileSync(file, "[]");
  expect(() => readReport(file)).toThrow("this is no report of the bench");
});

test("charts come into a folder that is made for them", () => {
  writeCharts(join(folder, "deep", "charts"), new Map([["a.svg", "<svg/>"]]));
  expect(readFileSync(join(folder, "deep", "charts", "a.svg"), "utf8")).toBe("<svg/>");
});

test("a missing folder is named", () => {
  expect(() => assertWritable(join(folder, "out", "bench.json"))).toThrow(
    `the folder ${join(folder, "out")} does not exist; make it first`,
  );
});
