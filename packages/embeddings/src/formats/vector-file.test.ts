import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DisposedError, FileError, FormatError, memory, NotFoundError, scope, Generator } from "@unfoldjs/tensor-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PageCache } from "../sources/pages.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import { encodeVectors } from "./unfold.ts";
import { openVectors } from "./vector-file.ts";

const vectors = scope(
  () =>
    new WordVectors(
      Array.from({ length: 300 }, (_, at) => `w${at}`),
      new Generator(1).normal([300, 20]),
    ),
);
const bytes = encodeVectors(vectors);
const folder = mkdtempSync(join(tmpdir(), "unfold-file-"));
const path = join(folder, "vectors");
writeFileSync(path, bytes);

/** Serves the file; `/whole` without ranges, `/none` not at all. */
let server: Server;
let served = 0;
let etag = '"1"';
beforeAll(async () => {
  server = createServer(({ url, headers }, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    if (url === "/none") response.writeHead(404).end();
    else if (url === "/whole" || from === undefined) response.writeHead(200).end(bytes);
    else {
      const part = bytes.subarray(Number(from), Number(to) + 1);
      served += part.length;
      response.writeHead(206, { "content-range": `bytes ${from}-${to}/${bytes.length}`, etag }).end(part);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
const address = (place: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${place}`;

test.each(["a path", "an address", "a blob", "bytes"])("single words are read from %s", async (kind) => {
  const before = memory().bytes;
  const source = { "a path": path, "an address": address("file"), "a blob": new Blob([bytes]), bytes }[kind] ?? path;
  const file = await openVectors(source, { pageBytes: 100, pages: 3 });
  expect([file.length, file.size, file.has("w7"), file.has("w300")]).toEqual([300, 20, true, false]);
  for (const word of ["w0", "w299", "w150", "w0"]) expect(await file.vector(word)).toEqual(vectors.vector(word));
  using some = await file.pick(["w3", "w4"]);
  expect(some.vector("w4")).toEqual(vectors.vector("w4"));
  await expect(file.vector("none")).rejects.toThrow(NotFoundError);
  await expect(file.vector("W150")).rejects.toThrow(/VectorFile\.vector: [^]*did you mean "w150"/);
  await expect(file.pick(["W150"])).rejects.toThrow(/VectorFile\.pick: [^]*did you mean "w150"/);
  some.dispose();
  await file.close();
  await file.close();
  await expect(file.vector("w0")).rejects.toThrow(DisposedError); // also of a page that is in memory
  await expect(file.pick(["w0"])).rejects.toThrow(/VectorFile\.pick: the file was closed/);
  expect(memory().bytes).toBe(before);
});

test.each(["f16", "i8"] as const)("vectors stored as %s", async (dtype) => {
  using stored = vectors.to(dtype);
  const file = await openVectors(encodeVectors(stored), { pageBytes: 64 });
  expect(await file.vector("w123")).toEqual(stored.vector("w123"));
});

test("of a served file the pages that are needed alone are read, once, and kept for the next time", async () => {
  const kept = new Map<string, Response>();
  const cache: PageCache = {
    match: (key) => Promise.resolve(kept.get(key)?.clone()),
    put: (key, response) => {
      kept.set(key, response);
      return Promise.resolve();
    },
  };
  const told: number[] = [];
  const options = {
    pageBytes: 256,
    cache,
    onProgress: (progress: { bytes: number }) => void told.push(progress.bytes),
  };
  const first = await openVectors(address("file"), options);
  await first.vector("w9");
  expect(told.at(-1)).toBeLessThan(bytes.length / 4);
  const before = served;
  await first.vector("w9");
  expect(served).toBe(before);
  const second = await openVectors(address("file"), options);
  expect(await second.vector("w9")).toEqual(vectors.vector("w9"));
  expect(served).toBe(before + 1); // the first byte, which tells how many there are
  etag = '"2"';
  await expect(second.vector("w200")).rejects.toThrow(/another file/);
});

test("what is no file of vectors, or not given by ranges, is refused", async () => {
  await expect(openVectors(address("whole"))).rejects.toThrow(/gives no ranges[^]*loadVectors/);
  await expect(openVectors(address("none"))).rejects.toThrow(NotFoundError);
  await expect(openVectors(join(folder, "none"))).rejects.toThrow(NotFoundError);
  await expect(openVectors(folder)).rejects.toThrow(FileError);
  for (const cut of [0, 7, 50, bytes.length - 1])
    await expect(openVectors(bytes.subarray(0, cut))).rejects.toThrow(FormatError);
  const other = Uint8Array.from(bytes);
  other.set(
    new TextEncoder().encode("other.vectors"),
    new TextDecoder().decode(bytes.subarray(0, 400)).indexOf("unfold.vectors"),
  );
  await expect(openVectors(other)).rejects.toThrow(FormatError);
});
