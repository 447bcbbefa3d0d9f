import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromArray, isUnfoldError, scope } from "@unfoldjs/tensor-core";
import { afterAll, describe, expect, test } from "vitest";
import { encodeVectors } from "../formats/unfold.ts";
import { openVectors } from "../formats/vector-file.ts";
import { WordVectors } from "../vectors/word-vectors.ts";

const place = mkdtempSync(join(tmpdir(), "unfold-ranges-"));
afterAll(() => rmSync(place, { recursive: true }));

/** Three thousand words of twenty numbers, each of which is `value`: some seventy pages. */
function file(value: number): Uint8Array<ArrayBuffer> {
  const words = Array.from({ length: 3000 }, (_, i) => `w${i}`);
  using vectors = scope(() => new WordVectors(words, fromArray(new Float32Array(60_000).fill(value), [3000, 20])));
  return encodeVectors(vectors);
}
const ONE = file(1);
const TWO = file(2);
const small = { pageBytes: 4096, pages: 2 } as const;

/** A cache as a page has it. */
function cacheOf(): Parameters<typeof openVectors>[1] & object {
  const held = new Map<string, ArrayBuffer>();
  return {
    cache: {
      match: async (key) => (held.has(key) ? new Response(held.get(key)) : undefined),
      put: async (key, response) => void held.set(key, await response.arrayBuffer()),
    },
  };
}

describe("a cache", () => {
  test("keeps no pages of what has no name: bytes and blobs would be taken for each other", async () => {
    const options = cacheOf();
    for (const wrap of [
      (bytes: Uint8Array<ArrayBuffer>) => bytes,
      (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]),
    ]) {
      for (const [value, bytes] of [ONE, TWO].entries()) {
        const opened = await openVectors(wrap(bytes), options);
        expect((await opened.vector("w7"))[0]).toBe(value + 1);
      }
    }
  });

  test("that fails is as one that is empty", async () => {
    const fails = (): never => {
      throw new Error("no room");
    };
    for (const cache of [
      { match: fails, put: fails },
      { match: async () => fails(), put: async () => fails() },
    ]) {
      const path = join(place, "cached.safetensors");
      writeFileSync(path, ONE);
      const opened = await openVectors(path, { cache });
      expect((await opened.vector("w2999"))[0]).toBe(1);
      await opened.close();
    }
  });
});

test.each([
  ["by one of the same length", TWO],
  ["by a shorter one", ONE.subarray(0, 1000)],
])("a file that is replaced while it is read is told, and no vector is of both: %s", async (_, other) => {
  const path = join(place, "changing.safetensors");
  writeFileSync(path, ONE);
  const opened = await openVectors(path, small);
  expect((await opened.vector("w1"))[0]).toBe(1);
  writeFileSync(path, other);
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
  await expect(opened.vector("w2900")).rejects.toThrow(/VectorFile\.vector: the file has (?:changed|become shorter)/);
  await opened.close();
});

test.each([1, 2, 3])("as many pages stay in memory as were asked for: %i", async (pages) => {
  let read = 0;
  const onProgress = ({ bytes }: { readonly bytes: number }): void => void (read = bytes);
  const opened = await openVectors(ONE, { pageBytes: 4096, pages, onProgress });
  const words = ["w100", "w900", "w1700", "w2500"];
  const rounds: number[] = [];
  for (const word of [...words.slice(0, pages), ...words.slice(0, pages), ...words.slice(0, pages + 1), "w100"]) {
    const before = read;
    await opened.vector(word);
    rounds.push(read - before);
  }
  // The second round is in memory; one page more, and the first is not.
  expect(rounds.slice(pages, 2 * pages)).toEqual(Array.from({ length: pages }, () => 0));
  expect(rounds.at(-1)).toBeGreaterThan(0);
});

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void;
const asked = ({ headers }: IncomingMessage): [start: number, end: number] => {
  const [, first, last] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "") ?? [];
  return [Number(first), Number(last) + 1];
};
const range = (start: number, end: number, total: number): Record<string, string> => ({
  "content-range": `bytes ${start}-${end - 1}/${total}`,
});
const right: Answer = (request, response) => {
  const [start, end] = asked(request);
  response.writeHead(206, { ...range(start, end, ONE.length), "content-length": end - start });
  response.end(ONE.subarray(start, end));
};
/** Writes for as long as somebody reads. */
const endless = (response: ServerResponse): void => {
  const piece = Buffer.alloc(1 << 16);
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
};
/** As it should be for some requests, then otherwise. */
const later =
  (answer: Answer): Answer =>
  (request, response, number) =>
    (number < 3 ? right : answer)(request, response, number);

async function served<Result>(answer: Answer, use: (address: string) => Promise<Result>): Promise<Result> {
  let number = 0;
  const server = createServer((request, response) => answer(request, response, number++));
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/vectors`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("a server", () => {
  const read = async (address: string): Promise<number | undefined> =>
    (await (await openVectors(address, small)).vector("w2900"))[0];

  test.each<[string, Answer]>([
    ["as it should be", right],
    [
      "that sends elsewhere",
      (request, response, number) => {
        if (request.url !== "/vectors") return right(request, response, number);
        response.writeHead(302, { location: "/elsewhere" }).end();
      },
    ],
  ])("%s", async (_, answer) => {
    expect(await served(answer, read)).toBe(1);
  });

  test.each<[string, RegExp, Answer]>([
    ["without ranges", /gives no ranges/, (_, response) => endless(response.writeHead(200))],
    [
      "with another first range",
      /gives no ranges/,
      (_, response) => response.writeHead(206, range(5, 6, ONE.length)).end("x"),
    ],
    [
      "that forgets ranges, and sends everything",
      /not what was asked for/,
      later((_, response) => endless(response.writeHead(200))),
    ],
    [
      "that sends more than it says",
      /not what was asked for/,
      later((request, response) => endless(response.writeHead(206, range(...asked(request), ONE.length)))),
    ],
    [
      "that sends less than it says",
      /not what was asked for/,
      later((request, response) => response.writeHead(206, range(...asked(request), ONE.length)).end("few")),
    ],
    [
      "that sends another range",
      /not what was asked for/,
      later((request, response) => {
        const [start, end] = asked(request);
        response
          .writeHead(206, range(start - 4096, end - 4096, ONE.length))
          .end(ONE.subarray(start - 4096, end - 4096));
      }),
    ],
    [
      "whose file has grown",
      /not what was asked for/,
      later((request, response) => {
        const [start, end] = asked(request);
        response.writeHead(206, range(start, end, ONE.length + 1)).end(ONE.subarray(start, end));
      }),
    ],
    [
      "that breaks off",
      /connection broke off/,
      later((request, response) => {
        const [start, end] = asked(request);
        response.writeHead(206, { ...range(start, end, ONE.length), "content-length": end - start });
        response.write(ONE.subarray(start, start + 9), () => response.destroy());
      }),
    ],
    ["that is out of order", /does not give the file/, later((_, response) => response.writeHead(500).end())],
    [
      "that turns in a circle",
      /cannot be reached/,
      (_, response) => response.writeHead(302, { location: "/vectors" }).end(),
    ],
  ])("%s is refused in words", async (_, message, answer) => {
    const error: unknown = await served(answer, read).catch((caught: unknown) => caught);
    expect(isUnfoldError(error) && error.message).toMatch(message);
    expect(isUnfoldError(error) && error.message).toMatch(/^openVectors: |^VectorFile\.vector: /);
  });
});

describe("a server that hangs is left when the signal says so", () => {
  /** Answers the first so many requests, and of the next one the first byte or nothing. */
  const hanging =
    (answers: number, isBegun: boolean): Answer =>
    (request, response, number) => {
      if (number < answers) return right(request, response, number);
      const [start, end] = asked(request);
      if (isBegun) response.writeHead(206, range(start, end, ONE.length)).write(ONE.subarray(start, start + 1));
    };
  const reason = new Error("enough");
  const soon = (): AbortSignal => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 100);
    return controller.signal;
  };

  test.each([
    [0, false],
    [1, false],
    [1, true],
    [2, true],
  ])("while it is opened: after %i answers, the next one begun: %s", async (answers, isBegun) => {
    await served(hanging(answers, isBegun), async (address) => {
      await expect(openVectors(address, { ...small, signal: soon() })).rejects.toBe(reason);
    });
  });

  test.each([false, true])("while a word is read, its answer begun: %s", async (isBegun) => {
    let requests = 0;
    const counted: Answer = (request, response) => right(request, response, requests++);
    await served(counted, async (address) => (await openVectors(address, small)).close());
    await served(hanging(requests, isBegun), async (address) => {
      const controller = new AbortController();
      const opened = await openVectors(address, { ...small, signal: controller.signal });
      const reading = opened.vector("w1500");
      setTimeout(() => controller.abort(reason), 100);
      await expect(reading).rejects.toBe(reason);
    });
  });
});

test.each([
  ["that tells none, nothing is kept", undefined, [1, 2]],
  ["that tells the same, all is kept", "one", [1, 1]],
])("of a file whose server has a version %s", async (_, etag, expected) => {
  const found: (number | undefined)[] = [];
  const options = { ...small, ...cacheOf() };
  let bytes = ONE;
  const answer: Answer = (request, response) => {
    const [start, end] = asked(request);
    response.writeHead(206, { ...range(start, end, bytes.length), ...(etag === undefined ? {} : { etag }) });
    response.end(bytes.subarray(start, end));
  };
  await served(answer, async (address) => {
    for (const now of [ONE, TWO]) {
      bytes = now;
      const opened = await openVectors(address, options);
      found.push((await opened.vector("w1500"))[0]);
      await opened.close();
    }
  });
  expect(found).toEqual(expected);
});
