import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@unfoldjs/tensor-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OutputFolder } from "./output-folder.ts";

let parent = "";
beforeEach(async () => (parent = await mkdtemp(join(tmpdir(), "unfold-output-"))));
afterEach(async () => {
  await rm(parent, { recursive: true });
});

describe("OutputFolder", () => {
  test("makes its folder, writes, and writes over what was there", async () => {
    const folder = await OutputFolder.open(join(parent, "a", "b"));
    await folder.write({ "one.txt": "1", "two.bin": Uint8Array.of(1, 2) });
    await folder.write({ "one.txt": "uno" });
    expect(await readFile(join(parent, "a", "b", "one.txt"), "utf8")).toBe("uno");
    expect((await readdir(join(parent, "a", "b"))).toSorted()).toEqual(["one.txt", "two.bin"]);
  });

  test("leaves everything as it was when one of the files cannot be written, and says so", async () => {
    const folder = await OutputFolder.open(parent);
    await folder.write({ "one.txt": "old" });
    await mkdir(join(parent, "two.txt"));
    const write = folder.write({ "one.txt": "new", "two.txt": "new", "three.txt": "new" });
    await expect(write).rejects.toThrow(FileError);
    await expect(write).rejects.toThrow(/results cannot be written: [^]*EISDIR[^]*choose another folder with --out/);
    expect((await readdir(parent)).toSorted()).toEqual(["one.txt", "two.txt"]);
    expect(await readFile(join(parent, "one.txt"), "utf8")).toBe("old");
  });

  // There mkdir answers ENOENT although the parent is there.
  test.runIf(process.platform === "linux")("finds out at once that no folder can be made", async () => {
    const refused = OutputFolder.open("/proc/unfold/out");
    await expect(refused).rejects.toThrow(FileError);
    await expect(refused).rejects.toThrow(/no folder can be made there[^]*--out/);
  });

  test("finds out at once that a file is in the way", async () => {
    await writeFile(join(parent, "file"), "");
    await expect(OutputFolder.open(join(parent, "file"))).rejects.toThrow(/a file of that name is in the way/);
    await expect(OutputFolder.open(join(parent, "file", "inside"))).rejects.toThrow(/part of the path is a file/);
  });

  test.skipIf(process.platform === "win32")("finds out at once that the folder cannot be written to", async () => {
    // Nobody may write to a folder of mode 555 except root, who may not make files in /proc either.
    const forbidden = process.getuid?.() === 0 ? "/proc" : join(parent, "read-only");
    if (forbidden !== "/proc") await OutputFolder.open(forbidden).then(() => chmod(forbidden, 0o555));
    await expect(OutputFolder.open(forbidden)).rejects.toThrow(FileError);
    await expect(OutputFolder.open(forbidden)).rejects.toThrow(
      /results cannot be written: [^]*fix: choose another folder/,
    );
  });
});
