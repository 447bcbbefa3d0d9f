import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../errors/index.ts";
import { fromArray, tensor } from "../index.node.ts";
import { corrupted, refused, truncations } from "./corruption.ts";
import { decodeNpy, encodeNpy } from "./npy.ts";
import { REFERENCE_FILES } from "./reference-files.ts";

/** A version 1.0 file with this header text. */
function fileWith(header: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...new Uint8Array(dataBytes),
  );
}

describe("encodeNpy", () => {
  test("writes the bytes that NumPy writes", () => {
    expect(
      encodeNpy(
        tensor([
          [0, 0.25, 0.5],
          [0.75, 1, 1.25],
        ]),
      ),
    ).toEqual(REFERENCE_FILES.npyFloats);
    expect(encodeNpy(tensor(9, "u8"))).toEqual(REFERENCE_FILES.npyScalarByte);
    expect(encodeNpy(tensor([true, false]))).toEqual(REFERENCE_FILES.npyTruthValues);
  });

  test("comes back as it went", () => {
    const shapes = fc.array(fc.nat(5), { maxLength: 5 });
    fc.assert(
      fc.property(shapes, (shape) => {
        const length = shape.reduce((product, size) => product * size, 1);
        const stored = decodeNpy(
          encodeNpy(
            fromArray(
              Int32Array.from({ length }, (_, i) => i - 7),
              shape,
            ),
          ),
        );
        expect([stored.dtype, stored.shape, [...stored.data()]]).toEqual([
          "i32",
          shape,
          Array.from({ length }, (_, i) => i - 7),
        ]);
      }),
    );
  });
});

describe("decodeNpy", () => {
  test("reads what NumPy wrote", () => {
    expect(decodeNpy(REFERENCE_FILES.npyFloats).tensor().toArray()).toEqual([
      [0, 0.25, 0.5],
      [0.75, 1, 1.25],
    ]);
    expect(decodeNpy(REFERENCE_FILES.npyScalarByte).tensor().item()).toBe(9);
    expect(decodeNpy(REFERENCE_FILES.npyTruthValues).tensor().toArray()).toEqual([true, false]);
    expect(decodeNpy(REFERENCE_FILES.npyLongs).data()).toEqual(Int32Array.of(1, -2));
    expect(decodeNpy(REFERENCE_FILES.npyHalves).data()).toEqual(Float32Array.of(1.5, -0, 2 ** -24, Infinity, 65504));
  });

  test("puts column-major elements in row-major order", () => {
    const stored = decodeNpy(REFERENCE_FILES.npyColumnMajor);
    expect(stored.shape).toEqual([2, 3, 4]);
    expect([...stored.data()]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test("rounds doubles only when told to", () => {
    expect(() => decodeNpy(REFERENCE_FILES.npyDoubles).data()).toThrow(/f32 cannot hold this value exactly/);
    expect(decodeNpy(REFERENCE_FILES.npyDoubles, { rounding: "nearest" }).data()).toEqual(
      Float32Array.of(1 / 2, 1 / 3),
    );
  });

  test("reads the long headers of versions 2.0 and 3.0", () => {
    for (const version of [2, 3]) {
      const long = Uint8Array.of(
        ...REFERENCE_FILES.npyFloats.subarray(0, 10),
        0,
        0,
        ...REFERENCE_FILES.npyFloats.subarray(10),
      );
      long[6] = version;
      expect(decodeNpy(long).shape).toEqual([2, 3]);
    }
  });

  test("takes keys in any order and quotes of both kinds", () => {
    const bytes = fileWith(`{"shape": (2), 'fortran_order': False, "descr": '|u1'}`, 2);
    expect(decodeNpy(bytes).shape).toEqual([2]);
  });

  const lies: [what: string, bytes: Uint8Array, rule: RegExp][] = [
    ["nothing", new Uint8Array(0), /starts with/],
    [
      "a version from the future",
      REFERENCE_FILES.npyFloats.map((byte, at) => (at === 6 ? 4 : byte)),
      /version must be/,
    ],
    ["big-endian floats", REFERENCE_FILES.npyBigEndian, /descr must be one of/],
    ["a structured array", REFERENCE_FILES.npyStructured, /structured arrays cannot be read/],
    ["a header beyond the file", REFERENCE_FILES.npyFloats.slice(0, 100), /header is longer than the file/],
    ["a header that is no dictionary", fileWith("descr", 0), /must be a Python dictionary/],
    ["a key twice", fileWith("{'shape': (), 'shape': ()}", 0), /stands twice/],
    [
      "a key too many",
      fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (), 'order': True}", 1),
      /just the keys/,
    ],
    ["a missing key", fileWith("{'descr': '|u1', 'shape': ()}", 1), /fortran_order must be/],
    [
      "a negative size",
      fileWith("{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}", 1),
      /whole numbers from 0 up/,
    ],
    [
      "a size without end",
      fileWith(`{'descr': '|u1', 'fortran_order': False, 'shape': (${"9".repeat(400)},)}`, 1),
      /whole numbers from 0 up/,
    ],
    ["too few elements", REFERENCE_FILES.npyFloats.slice(0, -1), /do not fill the shape/],
    ["too many elements", Uint8Array.of(...REFERENCE_FILES.npyFloats, 0), /do not fill the shape/],
  ];
  test.for(lies)("refuses %s", ([, bytes, rule]) => {
    expect(() => decodeNpy(bytes)).toThrow(FormatError);
    expect(() => decodeNpy(bytes)).toThrow(rule);
  });

  test("refuses every truncation, and every corruption it does not refuse is a readable file", () => {
    for (const file of [REFERENCE_FILES.npyFloats, REFERENCE_FILES.npyColumnMajor, REFERENCE_FILES.npyTruthValues]) {
      for (const truncated of truncations(file)) expect(refused(() => void decodeNpy(truncated).data())).toBe(true);
      fc.assert(
        fc.property(corrupted(file), (bytes) => void refused(() => void decodeNpy(bytes).data())),
        { numRuns: 2000 },
      );
    }
  });
});
