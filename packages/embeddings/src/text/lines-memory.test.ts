import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "lines-memory-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Megabytes of text: UNFOLD_SOAK_MB=200 tries a larger one. */
const MEGABYTES = Number(process.env["UNFOLD_SOAK_MB"] ?? 48);

/** A file of so many megabytes, in parts that are compressed each if it is gzip. */
function filled(name: string, megabytes: number): string {
  const path = join(folder, name);
  const line = "the same words come again and again, naïve 日本 and others with them\n";
  const text = Buffer.from(line.repeat(Math.ceil(2 ** 20 / Buffer.byteLength(line))));
  const part = name.endsWith(".gz") ? gzipSync(text) : text;
  const file = openSync(path, "w");
  for (let i = 0; i < megabytes; i++) writeSync(file, part);
  closeSync(file);
  return path;
}

/** In a process of its own: how many lines there are, and how much memory it took at most. */
function read(path: string): { readonly lines: number; readonly peak: number } {
  const program = `
    import { lines } from ${JSON.stringify(new URL("lines.ts", import.meta.url).href)};
    let told;
    for await (const line of lines(${JSON.stringify(path)}, { onProgress: (progress) => (told = progress) }));
    if (told.bytes !== told.totalBytes || told.secondsLeft !== 0) throw new Error(JSON.stringify(told));
    console.log(JSON.stringify({ lines: told.lines, peak: process.resourceUsage().maxRSS / 1024 }));`;
  const options = [
    "--conditions=@unfoldjs/source",
    "--max-semi-space-size=2",
    "--max-old-space-size=32",
    "--input-type=module",
    "--eval",
    program,
  ];
  const out = execFileSync(process.execPath, options, { encoding: "utf8", cwd: import.meta.dirname, timeout: 240_000 });
  return JSON.parse(out) as { readonly lines: number; readonly peak: number };
}

test.each(["plain.txt", "packed.txt.gz"])("a large file takes no more memory than a quarter of it: %s", (name) => {
  const small = read(filled(name, MEGABYTES / 4));
  const large = read(filled(name, MEGABYTES));
  expect(large.lines).toBe(4 * small.lines);
  expect(large.peak - small.peak).toBeLessThan(MEGABYTES / 2);
});
