import { gzipSync } from "node:zlib";
import { FormatError } from "@unfoldjs/tensor-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIdx } from "./idx.ts";

const square = Uint8Array.of(0, 0, 0x08, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60);

describe("parseIdx", () => {
  test("reads shape and bytes without copying", () => {
    const { shape, data } = parseIdx(square);
    expect(shape).toEqual([2, 3]);
    expect(data).toEqual(Uint8Array.of(10, 20, 30, 40, 50, 60));
    expect(data.buffer).toBe(square.buffer);
  });

  test("reads a file that lies anywhere in a buffer", () => {
    const padded = Uint8Array.of(9, 9, 9, ...square);
    expect(parseIdx(padded.subarray(3)).data).toEqual(Uint8Array.of(10, 20, 30, 40, 50, 60));
  });

  const values: [type: string, code: number, bytes: number[], expected: ArrayLike<number>][] = [
    ["i8", 0x09, [0xff, 0x02], Int8Array.of(-1, 2)],
    ["i16", 0x0b, [0xff, 0xfe, 0x01, 0x00], Int16Array.of(-2, 256)],
    ["i32", 0x0c, [0xff, 0xff, 0xff, 0xfd, 0, 0, 1, 0], Int32Array.of(-3, 256)],
    ["f32", 0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], Float32Array.of(1, -2)],
    ["f64", 0x0e, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], Float64Array.of(1, -2)],
  ];
  test.for(values)("reads big-endian %s", ([, code, bytes, expected]) => {
    expect(parseIdx(Uint8Array.of(0, 0, code, 1, 0, 0, 0, 2, ...bytes)).data).toEqual(expected);
  });

  const header = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes);
  const lies: [what: string, bytes: Uint8Array, rule: RegExp][] = [
    ["nothing", header(), /starts with 0, 0/],
    ["two bytes", header(0, 0), /starts with 0, 0/],
    ["a compressed file", new Uint8Array(gzipSync(square)), /compressed with gzip/],
    ["other first bytes", header(1, 0, 8, 1, 0, 0, 0, 0), /starts with 0, 0/],
    ["an unknown element type", header(0, 0, 7, 1, 0, 0, 0, 0), /starts with 0, 0/],
    ["no axes", header(0, 0, 8, 0), /number of axes, at least 1/],
    ["sizes cut off", header(0, 0, 8, 2, 0, 0, 0, 1), /sizes of 2 axes take 12 bytes/],
    ["elements cut off", square.slice(0, -1), /ends before its last element/],
    ["sizes of 2^32 - 1", header(0, 0, 8, 3, ...new Array<number>(12).fill(255)), /ends before its last element/],
    ["elements left over", Uint8Array.of(...square, 0), /goes on after its last element/],
  ];
  test.for(lies)("refuses %s", ([, bytes, rule]) => {
    expect(() => parseIdx(bytes)).toThrow(FormatError);
    expect(() => parseIdx(bytes)).toThrow(rule);
  });

  test("says which file it was", () => {
    expect(() => parseIdx(new Uint8Array(0), "labels.idx")).toThrow(/file +labels.idx/);
  });

  test("refuses every truncation, and any bytes with nothing but a FormatError", () => {
    for (let length = 0; length < square.length; length++)
      expect(() => parseIdx(square.slice(0, length))).toThrow(FormatError);
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .record({ at: fc.nat(square.length - 1), to: fc.nat(255) })
        .map(({ at, to }) => square.map((byte, i) => (i === at ? to : byte))),
    );
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        try {
          const { shape, data } = parseIdx(bytes);
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
