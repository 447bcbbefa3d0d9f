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
    expect(encodeNpy(tensor([1.5, -0, 2 ** -24, Infinity, 65504], "f16"))).toEqual(REFERENCE_FILES.npyHalves);
    expect(encodeNpy(tensor([-128, 127], "i8"))).toEqual(REFERENCE_FILES.npySigned);
    expect(encodeNpy(tensor([[1, -2, 3.140625]], "bf16"))).toEqual(REFERENCE_FILES.npyBrainFloats);
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
    expect(decodeNpy(REFERENCE_FILES.npySigned).data()).toEqual(Int32Array.of(-128, 127));
    expect(decodeNpy(REFERENCE_FILES.npyBrainFloats).tensor().toArray()).toEqual([[1, -2, 3.140625]]);
    expect(decodeNpy(REFERENCE_FILES.npyBrainFloats, { storage: "keep" }).tensor().dtype).toBe("bf16");
    expect(decodeNpy(REFERENCE_FILES.npyBigEndian).data()).toEqual(Float32Array.of(1, 2));
    expect(decodeNpy(REFERENCE_FILES.npyBigEndianLongs).data()).toEqual(Int32Array.of(1, -2));
  });

  test("puts column-major elements in row-major order", () => {
    const stored = decodeNpy(REFERENCE_FILES.npyColumnMajor);
    expect(stored.shape).toEqual([2, 3, 4]);
    expect([...stored.data()]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test("rounds doubles, unless that is forbidden", () => {
    expect(decodeNpy(REFERENCE_FILES.npyDoubles).data()).toEqual(Float32Array.of(1 / 2, 1 / 3));
    expect(() => decodeNpy(REFERENCE_FILES.npyDoubles, { rounding: "exact" }).data()).toThrow(
      /f32 cannot hold this value exactly/,
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
    [
      "an element type of its own",
      fileWith("{'descr': '<q9', 'fortran_order': False, 'shape': ()}", 9),
      /descr must be/,
    ],
    ["floats without an order", fileWith("{'descr': '|f4', 'fortran_order': False, 'shape': ()}", 4), /descr must be/],
    ["a list that does not end", fileWith("{'descr': [('a', '<i4'), 'shape': ()}", 4), /must hold descr/],
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

  test.for([
    ["records", REFERENCE_FILES.npyStructured, /structured arrays cannot be read[^]*array\['field'\]/],
    ["complex numbers", REFERENCE_FILES.npyComplex, /complex numbers cannot be read[^]*<c8[^]*array\.real/],
    ["texts", REFERENCE_FILES.npyTexts, /texts cannot be read[^]*<U2/],
    ["dates", REFERENCE_FILES.npyDates, /dates cannot be read[^]*<M8\[D\]/],
    ["objects", REFERENCE_FILES.npyObjects, /Python objects cannot be read/],
    ["byte strings", fileWith("{'descr': '|S3', 'fortran_order': False, 'shape': (2,)}", 6), /byte strings cannot/],
    [
      "spans of time",
      fileWith("{'descr': '<m8[25s]', 'fortran_order': False, 'shape': ()}", 8),
      /spans of time cannot/,
    ],
    ["long doubles", fileWith("{'descr': '<f16', 'fortran_order': False, 'shape': ()}", 16), /long doubles cannot be/],
    [
      "bytes without a type",
      fileWith("{'descr': '|V2', 'fortran_order': False, 'shape': ()}", 2),
      /without a type cannot/,
    ],
  ] as const)("opens an array of %s, and refuses its elements by name", ([, bytes, rule]) => {
    const stored = decodeNpy(bytes);
    expect(stored.dtype).toBeUndefined();
    expect(() => stored.data()).toThrow(FormatError);
    expect(() => stored.tensor()).toThrow(rule);
  });

  test("knows how long elements are that it cannot read", () => {
    for (const file of [REFERENCE_FILES.npyComplex, REFERENCE_FILES.npyTexts, REFERENCE_FILES.npyDates])
      expect(() => decodeNpy(file.slice(0, -1))).toThrow(/do not fill the shape/);
  });

  test("refuses every truncation, and every corruption it does not refuse is a readable file", () => {
    const { npyFloats, npyColumnMajor, npyTruthValues, npyBrainFloats, npyTexts } = REFERENCE_FILES;
    for (const file of [npyFloats, npyColumnMajor, npyTruthValues, npyBrainFloats, npyTexts]) {
      for (const truncated of truncations(file)) expect(refused(() => void decodeNpy(truncated).data())).toBe(true);
      fc.assert(
        fc.property(corrupted(file), (bytes) => void refused(() => void decodeNpy(bytes).data())),
        { numRuns: 2000 },
      );
    }
  });
});
