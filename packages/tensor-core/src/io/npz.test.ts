import { zipSync } from "fflate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../errors/index.ts";
import { tensor, zeros } from "../index.node.ts";
import { corrupted, refused, truncations } from "./corruption.ts";
import { encodeNpy } from "./npy.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";
import { REFERENCE_FILES } from "./reference-files.ts";

const readAll = (bytes: Uint8Array): Record<string, unknown> =>
  Object.fromEntries([...decodeNpz(bytes)].map(([name, stored]) => [name, [stored.shape, stored.data()]]));

const twoArrays = { x: [[2, 3], Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25)], y: [[2], Int32Array.of(1, 2)] };

describe("npz archives", () => {
  test("are read as NumPy wrote them, stored and compressed", () => {
    expect(readAll(REFERENCE_FILES.npzStored)).toEqual(twoArrays);
    expect(readAll(REFERENCE_FILES.npzCompressed)).toEqual({ x: [[20, 20], new Float32Array(400)] });
  });

  test("are read beside arrays that cannot be", () => {
    const arrays = decodeNpz(REFERENCE_FILES.npzMixed);
    expect(arrays.get("x")?.data()).toEqual(Float32Array.of(1.5));
    expect(() => arrays.get("names")?.data()).toThrow(/texts cannot be read[^]*names\.npy/);
    expect(() => arrays.get("record")?.data()).toThrow(/structured arrays cannot be read/);
  });

  test("are read beside texts, folders and damaged entries, which are refused by name when they are asked for", () => {
    const good = encodeNpy(tensor([1, 2]));
    const files = zipSync(
      {
        "readme.txt": Uint8Array.of(1),
        "folder/": new Uint8Array(),
        "folder/a.npy": good,
        "bad.npy": good,
        "a.npy": good,
      },
      { level: 0 },
    );
    // The first element of bad.npy, which is the fourth entry.
    const starts = [...files.keys()].filter((at) => good.slice(0, 6).every((byte, i) => files[at + i] === byte));
    files[(starts[1] ?? 0) + good.length - 8] = 7;
    const arrays = decodeNpz(files);
    expect([...arrays.keys()]).toEqual(["readme.txt", "folder/", "folder/a", "bad", "a"]);
    expect([arrays.get("a")?.data(), arrays.get("folder/a")?.shape]).toEqual([Float32Array.of(1, 2), [2]]);
    for (const use of ["data", "tensor"] as const) {
      expect(() => arrays.get("bad")?.[use]()).toThrow(/size or checksum is wrong[^]*bad\.npy/);
      expect(() => arrays.get("readme.txt")?.[use]()).toThrow(/this entry is no array[^]*readme\.txt/);
    }
    expect(() => arrays.get("readme.txt")?.shape).toThrow(FormatError);
    expect(() => arrays.get("bad")?.dtype).toThrow(FormatError);
  });

  test("are read where sizes and offsets are in 64-bit records, as large files and some writers have them", () => {
    expect(readAll(REFERENCE_FILES.npzWide)).toEqual(twoArrays);
    const cut = REFERENCE_FILES.npzWide.slice();
    const view = new DataView(cut.buffer);
    view.setBigUint64(cut.length - 22 - 20 + 8, 2n ** 63n, true); // where the locator says that the record is
    expect(() => readAll(cut)).toThrow(/64-bit record is not where it should be/);
  });

  test("come back as they went, stored and compressed", () => {
    for (const compress of [false, true]) {
      const tensors = {
        x: tensor([
          [0, 0.25, 0.5],
          [0.75, 1, 1.25],
        ]),
        y: tensor([1, 2], "i32"),
      };
      expect(readAll(encodeNpz(tensors, { compress }))).toEqual(twoArrays);
    }
    const large = zeros([100, 100]);
    expect(encodeNpz({ large }, { compress: true }).length).toBeLessThan(encodeNpz({ large }).length / 50);
  });

  test("are the same bytes for the same tensors", () => {
    expect(encodeNpz({ x: tensor([1]) })).toEqual(encodeNpz({ x: tensor([1]) }));
  });

  test("may end in a comment", () => {
    const commented = Uint8Array.of(...REFERENCE_FILES.npzStored, 104, 105);
    commented[REFERENCE_FILES.npzStored.length - 2] = 2;
    expect(readAll(commented)).toEqual(twoArrays);
  });

  const entryAt = (file: Uint8Array, signature: number): number => {
    const view = new DataView(file.buffer);
    for (let at = 0; at < file.length - 4; at++) if (view.getUint32(at, true) === signature) return at;
    throw new Error("no such record");
  };
  const changed = (file: Uint8Array, field: number, value: number): Uint8Array => {
    const copy = file.slice();
    new DataView(copy.buffer).setUint32(entryAt(copy, 0x02014b50) + field, value, true);
    return copy;
  };
  const lies: [what: string, bytes: Uint8Array, rule: RegExp][] = [
    ["nothing", new Uint8Array(0), /no end of a zip archive/],
    ["something that is no array", zipSync({ "notes.txt": Uint8Array.of(1) }), /this entry is no array[^]*notes\.txt/],
    ["an array that is none", zipSync({ "x.npy": Uint8Array.of(1) }), /starts with/],
    [
      "a size that no compression reaches",
      changed(REFERENCE_FILES.npzCompressed, 24, 0x7fffffff),
      /cannot be as large as it says/,
    ],
    ["a size that is too small", changed(REFERENCE_FILES.npzCompressed, 24, 100), /size or checksum is wrong/],
    ["a wrong checksum", changed(REFERENCE_FILES.npzStored, 16, 1), /size or checksum is wrong/],
    ["an entry elsewhere", changed(REFERENCE_FILES.npzStored, 42, 7), /not where the directory says/],
    ["an entry beyond the file", changed(REFERENCE_FILES.npzStored, 20, 100_000), /reaches beyond the file/],
    ["64-bit sizes that are not there", changed(REFERENCE_FILES.npzStored, 20, 0xffffffff), /64-bit sizes are missing/],
    ["an unknown compression", changed(REFERENCE_FILES.npzStored, 10, 14), /stored or deflated/],
    ["an encrypted entry", changed(REFERENCE_FILES.npzStored, 8, 1), /encrypted/],
  ];
  test.for(lies)("are refused with %s", ([, bytes, rule]) => {
    expect(() => readAll(bytes)).toThrow(FormatError);
    expect(() => readAll(bytes)).toThrow(rule);
  });

  test("cut off anywhere are refused, and no corrupted byte goes unseen that belongs to an array", () => {
    for (const file of [REFERENCE_FILES.npzStored, REFERENCE_FILES.npzCompressed, REFERENCE_FILES.npzWide]) {
      const whole = readAll(file);
      for (const truncated of truncations(file)) expect(refused(() => void readAll(truncated))).toBe(true);
      fc.assert(
        fc.property(
          corrupted(file),
          // A corrupted name is a name: one that became a digit stands first among the record's keys.
          (bytes) =>
            void refused(() => expect(new Set(Object.values(readAll(bytes)))).toEqual(new Set(Object.values(whole)))),
        ),
        { numRuns: 2000 },
      );
    }
  });
});
