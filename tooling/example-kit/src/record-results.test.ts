import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError } from "@unfoldjs/tensor-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recordResults } from "./record-results.ts";

let folder = "";
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "unfold-record-"))));
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("results take the place of older ones, and all around them stays", async () => {
  const file = join(folder, "README.md");
  await writeFile(file, "# A\n\n<!-- results -->\nold\n<!-- end of results -->\n\nB\n");
  await recordResults(file, "\nnew\n");
  await recordResults(file, "newer");
  expect(await readFile(file, "utf8")).toBe("# A\n\n<!-- results -->\n\nnewer\n\n<!-- end of results -->\n\nB\n");
});

test.each([
  "nothing",
  "<!-- results -->",
  "<!-- end of results --> <!-- results -->",
  "<!-- results --> <!-- results --> <!-- end of results -->",
])("a file with %s is refused, and stays as it was", async (text) => {
  const file = join(folder, "README.md");
  await writeFile(file, text);
  await expect(recordResults(file, "new")).rejects.toThrow(FormatError);
  expect(await readFile(file, "utf8")).toBe(text);
});
