import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lockFolder } from "./lock.ts";

const place = mkdtempSync(join(tmpdir(), "unfold-lock-"));
afterAll(() => rmSync(place, { recursive: true }));
const path = join(place, "lock");

test("a folder is one's alone, until it is given free", () => {
  const unlock = lockFolder("test", place);
  expect(() => lockFolder("test", place)).toThrow(/another count is at work[^]*remove .*lock/);
  unlock();
  lockFolder("test", place)();
  expect(readdirSync(place)).toEqual([]);
});

const gone = spawnSync(process.execPath, ["-e", ""]).pid;
const host = hostname();

test.each<[string, string]>([
  ["of a process that is gone", JSON.stringify({ pid: gone, host, began: "1" })],
  ["that was not written to its end", '{"pid":'],
  ["that is empty", ""],
  ["of another kind", JSON.stringify(["pid"])],
])("a lock %s holds nobody up", (_, text) => {
  writeFileSync(path, text);
  lockFolder("test", place)();
  expect(readdirSync(place)).toEqual([]);
});

test.skipIf(process.platform !== "linux")("nor does one of an earlier process with the number of a later one", () => {
  writeFileSync(path, JSON.stringify({ pid: process.ppid, host, began: "1" }));
  lockFolder("test", place)();
  expect(readdirSync(place)).toEqual([]);
});

test("of another host nothing is known, and it is believed", () => {
  writeFileSync(path, JSON.stringify({ pid: gone, host: `${host}-other`, began: "1" }));
  expect(() => lockFolder("test", place)).toThrow(/another count is at work/);
  rmSync(path);
});
