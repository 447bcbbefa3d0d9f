import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as zlib from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { lines } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const all = async (path: string, options = {}): Promise<string[]> => {
  const found = [];
  for await (const line of lines(path, options)) found.push(line);
  return found;
};

/** Longer than a piece that is read at once, with characters of several bytes on its borders. */
const LONG = Array.from({ length: 20_000 }, (_, i) => `Zeile ${i} — naïve 日本`);

test.each<[string, (text: string) => Uint8Array | string]>([
  ["plain.txt", (text) => text],
  ["packed.txt.gz", (text) => zlib.gzipSync(text)],
  ["twice.txt.gz", (text) => Buffer.concat([zlib.gzipSync(text.slice(0, 999)), zlib.gzipSync(text.slice(999))])],
])("%s is read line by line", async (name, pack) => {
  expect(await all(write(name, pack(LONG.join("\n"))))).toEqual(LONG);
});

describe.skipIf(!("zstdCompressSync" in zlib))("a .zst file", () => {
  const whole = Buffer.from(LONG.join("\n"));
  const packed = (options: zlib.ZstdOptions = {}): Buffer[] =>
    // Parts that end within a letter, one that is empty, and one that is a few bytes only.
    [0, 1, 1, 100_003, 100_010, whole.length].map((end, i, ends) =>
      zlib.zstdCompressSync(whole.subarray(ends[i - 1] ?? 0, end), options),
    );
  const checked = { params: { [zlib.constants?.ZSTD_c_checksumFlag]: 1 } };

  test("is read line by line", async () => {
    expect(await all(write("packed.zst", zlib.zstdCompressSync(whole)))).toEqual(LONG);
  });

  test.each([
    ["one behind the other", packed()],
    ["with sums that check them", packed(checked)],
    [
      "with what is passed over",
      packed().flatMap((frame) => [Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]), frame]),
    ],
  ])("is read to its end if it has several frames, %s", async (_, frames) => {
    expect(await all(write("frames.zst", Buffer.concat(frames)))).toEqual(LONG);
  });

  test("with blocks that are one letter, many times", async () => {
    const same = "a".repeat(400_000);
    const frames = [same, `\n${same}\nend`].map((text) => zlib.zstdCompressSync(text));
    expect(await all(write("same.zst", Buffer.concat(frames)))).toEqual([same, same, "end"]);
  });

  test("that is cut anywhere, or goes on with something else, is told", async () => {
    const frames = packed(checked);
    const file = Buffer.concat(frames);
    const ends = new Set(frames.map((__, i) => Buffer.concat(frames.slice(0, i + 1)).length));
    const step = Math.ceil(file.length / 150);
    for (let cut = 0; cut < file.length; cut += cut > file.length - 40 ? 1 : step) {
      if (ends.has(cut)) continue;
      await expect(all(write("cut.zst", file.subarray(0, cut)))).rejects.toThrow(/damaged, or cut/);
    }
    for (const behind of [Buffer.from("more"), Buffer.alloc(4), Buffer.from([0x28, 0xb5])])
      await expect(all(write("behind.zst", Buffer.concat([file, behind])))).rejects.toThrow(/damaged, or cut/);
  });

  test("of which not all is read is closed", async () => {
    for await (const line of lines(write("left.zst", Buffer.concat(packed())))) {
      expect(line).toBe(LONG[0]);
      break;
    }
  });
});

test("ends of lines are Windows' too, the last may be missing, and empty lines are lines", async () => {
  expect(await all(write("ends.txt", "a\r\n\nb\r\n"))).toEqual(["a", "", "b"]);
  expect(await all(write("open.txt", "a\nb"))).toEqual(["a", "b"]);
  expect(await all(write("empty.txt", ""))).toEqual([]);
});

test("progress ends with the whole file", async () => {
  const path = write("told.txt.gz", zlib.gzipSync(LONG.join("\n")));
  const told: { bytes: number; totalBytes: number; lines: number; words: number }[] = [];
  await all(path, { onProgress: (progress: (typeof told)[0]) => told.push(progress) });
  const { bytes, totalBytes, lines: count, words } = told.at(-1) ?? { bytes: 0, totalBytes: 1, lines: 0, words: 0 };
  expect([bytes, count, words]).toEqual([totalBytes, LONG.length, 5 * LONG.length]);
});

describe("what cannot be read is told", () => {
  test("a file that is not there", () => expect(all(join(folder, "none.txt"))).rejects.toThrow(/lines.*no such file/s));

  test("one that is cut", async () => {
    const packed = zlib.gzipSync(LONG.join("\n"));
    const path = write("cut.gz", packed.subarray(0, packed.length - 20));
    await expect(all(path)).rejects.toThrow(/damaged, or cut/);
    await expect(all(write("none.gz", "this is no gzip"))).rejects.toThrow(/damaged, or cut/);
  });

  test("one that is not UTF-8", async () => {
    await expect(all(write("latin.txt", Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a)))).rejects.toThrow(/not UTF-8/);
    await expect(all(write("half.txt", Uint8Array.of(0x61, 0x0a, 0xc3)))).rejects.toThrow(/not UTF-8/);
  });

  test("a signal", async () => {
    const path = write("aborted.txt", LONG.join("\n"));
    await expect(all(path, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});

test("what progress throws, and the signal's reason, stay theirs, also with a code as the system's", async () => {
  const path = write("own.txt", "a\nb\n");
  const own = Object.assign(new Error("my own"), { code: "Z_MINE" });
  const stop = new AbortController();
  stop.abort(own);
  const throwing = (): never => {
    throw own;
  };
  for (const options of [{ signal: stop.signal }, { onProgress: throwing }]) {
    await expect(all(path, options)).rejects.toBe(own);
  }
});
