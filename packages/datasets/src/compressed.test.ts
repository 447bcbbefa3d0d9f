import { gzipSync } from "node:zlib";
import { FormatError, ValueError } from "@unfoldjs/tensor-core";
import { describe, expect, test } from "vitest";
import { gunzip } from "./compressed.ts";

const square = Uint8Array.of(0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60);

describe("gunzip", () => {
  test("decompresses, and leaves what is not compressed", async () => {
    expect(await gunzip(new Uint8Array(gzipSync(square)))).toEqual(square);
    expect(await gunzip(square)).toBe(square);
  });

  test("refuses every truncation from the gzip mark on, and damage", async () => {
    const packed = new Uint8Array(gzipSync(square));
    for (let length = 2; length < packed.length; length++) {
      await expect(gunzip(packed.slice(0, length))).rejects.toThrow(FormatError);
    }
    const damaged = packed.map((byte, at) => (at === packed.length - 6 ? byte ^ 1 : byte)); // a byte of the checksum
    await expect(gunzip(damaged)).rejects.toThrow(/cut off or damaged/);
  });

  test("stops at as many bytes as may come out", async () => {
    const size = 20_000_000;
    const bomb = new Uint8Array(gzipSync(new Uint8Array(size)));
    expect(bomb.length).toBeLessThan(size / 900);
    await expect(gunzip(bomb, "zeros.gz", size - 1)).rejects.toThrow(/more than 19999999 bytes[^]*zeros\.gz/);
    expect((await gunzip(bomb, "zeros.gz", size)).length).toBe(size);
    await expect(gunzip(bomb, "zeros.gz", 0.5)).rejects.toThrow(ValueError);
  });
});
