import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readKept } from "./kept.ts";
import { partOf } from "./parts.ts";
import { checkAlone } from "./supervise.ts";

const folder = mkdtempSync(join(tmpdir(), "unfold-kept-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("what failed once is right", () => {
  // Each in a process of its own: some of them ended theirs.
  test.each(readKept())("$file", { timeout: 60_000 }, async ({ part, subject }) => {
    expect(await checkAlone(partOf(part), subject, folder)).toEqual([]);
  });
});
