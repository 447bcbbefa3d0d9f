import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fromArray, memory, scope } from "@unfoldjs/tensor-core";
import { afterAll, describe, expect, test } from "vitest";
import { loadVectors } from "../formats/load.ts";
import { encodeVectors } from "../formats/unfold.ts";
import { WordVectors } from "../vectors/word-vectors.ts";
import type { VectorSource } from "./byte-source.ts";

const place = mkdtempSync(join(tmpdir(), "unfold-source-"));
afterAll(() => rmSync(place, { recursive: true }));
const TEXT = new TextEncoder().encode("a 1 2\nb 3 4\n");

describe("what a stream gives", () => {
  test.each<[string, unknown]>([
    ["text", "a 1 2\n"],
    ["arrays", [97, 32, 49, 10]],
    ["buffers", TEXT.buffer],
    ["nothing", null],
  ])("is bytes, not %s", async (_, piece) => {
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      yield piece as Uint8Array;
    };
    await expect(loadVectors(stream())).rejects.toThrow(/loadVectors: a piece of the source must be the bytes/);
  });

  test("may come byte by byte", async () => {
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      for (const byte of gzipSync(TEXT)) yield Uint8Array.of(byte);
    };
    using vectors = await loadVectors(stream());
    expect(vectors.words).toEqual(["a", "b"]);
  });

  test("is nobody else's", async () => {
    const stream = new Blob([TEXT]).stream();
    stream.getReader();
    await expect(loadVectors(stream)).rejects.toThrow(/this one is locked/);
  });
});

/** What a caller's own code throws comes back as it is, also by way of gzip. */
test.each([TEXT, gzipSync(TEXT)])("errors of the stream, of progress and of the signal stay theirs", async (bytes) => {
  const own = new TypeError("my own");
  const stream = async function* (): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 9);
    throw own;
  };
  await expect(loadVectors(stream())).rejects.toBe(own);
  const onProgress = (): never => {
    throw own;
  };
  await expect(loadVectors(bytes, { onProgress })).rejects.toBe(own);
  const stop = new AbortController();
  await expect(loadVectors(bytes, { signal: stop.signal, onProgress: () => stop.abort(own) })).rejects.toBe(own);
});

describe("a source that hangs is left when the signal says so", () => {
  const hangs = async function* (first: Uint8Array): AsyncGenerator<Uint8Array> {
    yield first;
    await new Promise(() => undefined);
  };
  test.each<[string, () => VectorSource]>([
    ["a sequence", () => hangs(TEXT)],
    ["a sequence that gzip compressed", () => hangs(gzipSync(TEXT).subarray(0, 12))],
    ["a stream", () => new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(TEXT) })],
  ])("%s", async (_, source) => {
    const before = memory().tensors;
    const signal = AbortSignal.timeout(50);
    await expect(loadVectors(source(), { signal })).rejects.toBe(
      await new Promise((told) => {
        signal.addEventListener("abort", () => told(signal.reason));
      }),
    );
    expect(memory().tensors).toBe(before);
  });

  test.each([true, false])("a server, whether it has begun to answer (%s)", async (begins) => {
    const server = createServer((_, response) => void (begins && response.writeHead(200).write("a 1")));
    await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(loadVectors(address, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
    server.closeAllConnections();
    server.close();
  });
});

test("a server that breaks off is told as that", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-length": 5000 });
    response.write(TEXT, () => response.destroy());
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await expect(loadVectors(address)).rejects.toThrow(/loadVectors: the connection broke off/);
  server.close();
});

test.skipIf(process.platform !== "linux")("files are closed, however the reading ends", async () => {
  const path = join(place, "vectors.txt");
  writeFileSync(path, TEXT);
  const open = (): number => readdirSync("/proc/self/fd").length;
  const before = open();
  const stop = new AbortController();
  stop.abort();
  for (let round = 0; round < 20; round++) {
    await loadVectors(path, { signal: stop.signal }).catch(() => undefined);
    await loadVectors(path, { format: "word2vec-binary" }).catch(() => undefined);
    await loadVectors(path, { onProgress: () => stop.signal.throwIfAborted() }).catch(() => undefined);
    (await loadVectors(path, { limit: 1 })).dispose();
  }
  expect(open()).toBeLessThan(before + 5);
});

describe("gzip that makes much of little", () => {
  const much = Buffer.alloc(72 << 20);
  test("is read no further than a file's head says", async () => {
    using vectors = scope(() => new WordVectors(["a"], fromArray([1, 2], [1, 2])));
    const bomb = gzipSync(Buffer.concat([encodeVectors(vectors), much]), { level: 1 });
    const before = process.memoryUsage().arrayBuffers;
    await expect(loadVectors(bomb)).rejects.toThrow(/by its head no file has more than \d+ bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 25);
  });

  test("a file that does not fit into memory is refused by its head", async () => {
    const head = JSON.stringify({ vectors: { dtype: "F32", shape: [2 ** 40, 2], data_offsets: [0, 2 ** 43] } });
    const bytes = new Uint8Array(8 + head.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
    bytes.set(new TextEncoder().encode(head), 8);
    await expect(loadVectors(bytes)).rejects.toThrow(/does not fit into memory[^]*openVectors/);
  });

  test("has no line, and no head, without an end", async () => {
    for (const begin of ["a 1 2\n", '{"dimensions":2,']) {
      const bomb = gzipSync(Buffer.concat([Buffer.from(begin), much.fill(0x20)]), { level: 1 });
      await expect(loadVectors(bomb)).rejects.toThrow(/does not end within/);
    }
  });
});
