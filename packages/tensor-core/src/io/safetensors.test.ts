import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DTypeError, FormatError, ShapeError, ValueError } from "../errors/index.ts";
import { type DType, fromArray, memory, tensor, zeros } from "../index.node.ts";
import { corrupted, refused, truncations } from "./corruption.ts";
import { decodeNpy } from "./npy.ts";
import { REFERENCE_FILES } from "./reference-files.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** A file with this header text and this many bytes of data. */
function fileWith(header: string, dataBytes: number, headerLength?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (dtype: string, shape: string, begin: number, end: number): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

function readAll(bytes: Uint8Array): void {
  for (const stored of decodeSafetensors(bytes).tensors.values()) stored.data();
}

describe("encodeSafetensors", () => {
  test("writes the bytes that the reference implementation writes", () => {
    const bytes = encodeSafetensors(
      {
        pixels: tensor([3], "u8"),
        mask: tensor([true]),
        index: tensor([-1, 2], "i32"),
        b: tensor([
          [0, 0.25, 0.5],
          [0.75, 1, 1.25],
        ]),
        a: tensor([0, 0.25, 0.5]),
      },
      { format: "x" },
    );
    expect(bytes).toEqual(REFERENCE_FILES.safetensorsPlain);
  });

  test("writes every dtype as the reference implementation does, in its order", () => {
    const bytes = encodeSafetensors({
      truth: tensor([true, false]),
      signed: tensor([-128, 127, -1], "i8"),
      pixels: tensor([0, 255], "u8"),
      half: tensor(
        [
          [1.5, -0],
          [2 ** -24, 65504],
        ],
        "f16",
      ),
      brain: tensor([1, -2, Infinity, 3.140625], "bf16"),
      index: tensor([-1, 2], "i32"),
      weight: tensor([0.25]),
    });
    expect(bytes).toEqual(REFERENCE_FILES.safetensorsStorage);
  });

  test("starts the data at a multiple of 8 and pads the header with spaces", () => {
    for (const name of ["w", "ww", "www", "wwww", "wwwww"]) {
      const bytes = encodeSafetensors({ [name]: tensor([1, 2]) });
      const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      expect(headerLength % 8).toBe(0);
      expect(bytes.length).toBe(8 + headerLength + 8);
      expect(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))).toMatch(/^\{.*\} *$/);
    }
  });

  test("writes a view in its own order", () => {
    const bytes = encodeSafetensors({
      turned: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).transpose(),
    });
    const { tensors } = decodeSafetensors(bytes);
    expect(tensors.get("turned")?.shape).toEqual([3, 2]);
    expect(tensors.get("turned")?.data()).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
  });

  test("refuses what the format has no place for", () => {
    expect(() => encodeSafetensors({ __metadata__: zeros([1]) })).toThrow(ValueError);
    const numbers: Record<string, unknown> = { epochs: 3 };
    expect(() => encodeSafetensors({}, numbers as Record<string, string>)).toThrow(DTypeError);
  });

  test("comes back as it went, whatever names, shapes and values", () => {
    const anyTensor = fc
      .tuple(
        fc.constantFrom<DType>("f32", "i32", "u8", "bool", "f16", "bf16", "i8"),
        fc.array(fc.nat(4), { maxLength: 4 }),
      )
      .chain(([dtype, shape]) => {
        const length = shape.reduce((product, size) => product * size, 1);
        const element = {
          f32: fc.float(),
          i32: fc.integer(),
          u8: fc.nat(255),
          bool: fc.nat(1),
          f16: fc.float(),
          bf16: fc.float(),
          i8: fc.integer({ min: -128, max: 127 }),
        }[dtype];
        return fc.array(element, { minLength: length, maxLength: length }).map((values) => ({ dtype, shape, values }));
      });
    const names = fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) => name !== "__metadata__");
    fc.assert(
      fc.property(
        fc.dictionary(names, anyTensor, { maxKeys: 6 }),
        fc.dictionary(names, fc.string()),
        (described, metadata) => {
          const tensors = Object.fromEntries(
            Object.entries(described).map(([name, { dtype, shape, values }]) => [
              name,
              fromArray(values, shape, dtype),
            ]),
          );
          const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata), { storage: "keep" });
          expect({ ...decoded.metadata }).toEqual({ ...metadata });
          expect([...decoded.tensors.keys()].toSorted()).toEqual(Object.keys(described).toSorted());
          for (const [name, stored] of decoded.tensors) {
            expect([stored.dtype, stored.shape]).toEqual([tensors[name]?.dtype, tensors[name]?.shape]);
            expect(stored.data()).toEqual(tensors[name]?.data());
            expect(stored.tensor().data()).toEqual(tensors[name]?.data());
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("decodeSafetensors", () => {
  test("reads what the reference implementation wrote", () => {
    const { tensors, metadata } = decodeSafetensors(REFERENCE_FILES.safetensorsMixed);
    expect(metadata).toEqual({ config: '{"a":1}' });
    const read = Object.fromEntries(
      [...tensors].map(([name, { storedAs, shape, data }]) => [name, [storedAs, shape, data()]]),
    );
    expect(read).toEqual({
      weight: ["F32", [2, 3], Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25)],
      bias: ["F16", [2], Float32Array.of(0.0999755859375, -2)],
      step: ["I64", [], Int32Array.of(7)],
      mask: ["BOOL", [3], Uint8Array.of(1, 0, 1)],
      pixels: ["U8", [1, 2], Uint8Array.of(0, 255)],
      index: ["I32", [2], Int32Array.of(-1, 2)],
    });
  });

  test("makes tensors of the stored dtype and shape", () => {
    const { tensors } = decodeSafetensors(REFERENCE_FILES.safetensorsMixed);
    const mask = tensors.get("mask")?.tensor();
    expect([mask?.dtype, mask?.toArray()]).toEqual(["bool", [true, false, true]]);
    expect(tensors.get("step")?.tensor().item()).toBe(7);
  });

  test("reads a file that lies anywhere in a buffer", () => {
    const padded = new Uint8Array(REFERENCE_FILES.safetensorsPlain.length + 3);
    padded.set(REFERENCE_FILES.safetensorsPlain, 3);
    expect(decodeSafetensors(padded.subarray(3)).tensors.get("index")?.data()).toEqual(Int32Array.of(-1, 2));
  });

  test("widens bfloat16 exactly", () => {
    const bytes = fileWith(`{"x":${entry("BF16", "[3]", 0, 6)}}`, 6);
    bytes.set([0x80, 0x3f, 0x00, 0xc0, 0x80, 0x7f], bytes.length - 6);
    expect(decodeSafetensors(bytes).tensors.get("x")?.data()).toEqual(Float32Array.of(1, -2, Infinity));
  });

  test("allows empty tensors, scalars and no tensors", () => {
    expect(decodeSafetensors(fileWith("{}", 0)).tensors.size).toBe(0);
    const { tensors } = decodeSafetensors(
      fileWith(`{"a":${entry("F32", "[0,9007199254740991]", 0, 0)},"b":${entry("U8", "[]", 0, 1)}}  `, 1),
    );
    expect(tensors.get("a")?.data().length).toBe(0);
    expect(tensors.get("b")?.data()).toEqual(Uint8Array.of(0));
  });

  const lies: [what: string, bytes: Uint8Array, rule: RegExp][] = [
    ["nothing", new Uint8Array(0), /starts with the 8 bytes/],
    ["a header beyond the file", fileWith("{}", 0, 3n), /only 2 bytes follow/],
    ["a header of 2^63 bytes", fileWith("{}", 0, 2n ** 63n), /header's length is too large/],
    ["an empty header", fileWith("{}", 0, 0n), /must start with \{/],
    ["a header that is a list", fileWith("[]", 0), /must start with \{/],
    ["a header that is not JSON", fileWith('{"a":', 0), /not JSON/],
    ["a header that is not UTF-8", fileWith("{}", 0).map((byte, at) => (at === 9 ? 0xff : byte)), /not UTF-8/],
    [
      "a name twice",
      fileWith(`{"a":${entry("U8", "[1]", 0, 1)},"\\u0061":${entry("U8", "[1]", 1, 2)}}`, 2),
      /stands twice/,
    ],
    [
      "a key of an entry twice",
      fileWith('{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}', 0),
      /stands twice/,
    ],
    ["metadata that is not text", fileWith('{"__metadata__":{"epochs":3}}', 0), /texts only/],
    ["metadata that is no record", fileWith('{"__metadata__":["a"]}', 0), /record of texts/],
    ["quotes and braces inside of names", fileWith('{"__metadata__":{"a\\"{[:":"","a\\"{[:":""}}', 0), /stands twice/],
    ["an entry that is a number", fileWith('{"a":1}', 0), /an entry must be/],
    ["an unknown dtype", fileWith(`{"a":${entry("F128", "[1]", 0, 16)}}`, 16), /dtype must be one of/],
    ["no dtype", fileWith('{"a":{"shape":[1],"data_offsets":[0,1]}}', 1), /dtype must be one of/],
    ["a negative size", fileWith(`{"a":${entry("U8", "[-1]", 0, 1)}}`, 1), /whole numbers from 0 up/],
    ["a size that is infinite", fileWith(`{"a":${entry("U8", "[1e999]", 0, 1)}}`, 1), /whole numbers from 0 up/],
    ["a size that is a text", fileWith(`{"a":${entry("U8", '["1"]', 0, 1)}}`, 1), /whole numbers from 0 up/],
    ["one offset", fileWith('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}', 1), /two whole numbers/],
    ["offsets out of order", fileWith(`{"a":${entry("U8", "[1]", 1, 0)}}`, 1), /in order, within the 1 bytes/],
    ["offsets beyond the data", fileWith(`{"a":${entry("U8", "[2]", 0, 2)}}`, 1), /in order, within the 1 bytes/],
    ["more bytes than the shape takes", fileWith(`{"a":${entry("F32", "[1]", 0, 8)}}`, 8), /takes 4 bytes/],
    [
      "a shape too large to count",
      fileWith(`{"a":${entry("F32", "[9007199254740991,9007199254740991]", 0, 8)}}`, 8),
      /takes .* bytes/,
    ],
    [
      "overlapping tensors",
      fileWith(`{"a":${entry("U8", "[2]", 0, 2)},"b":${entry("U8", "[2]", 1, 3)}}`, 3),
      /overlaps/,
    ],
    ["a hole", fileWith(`{"a":${entry("U8", "[1]", 0, 1)},"b":${entry("U8", "[1]", 2, 3)}}`, 3), /leaves a hole/],
    ["bytes at the end", fileWith(`{"a":${entry("U8", "[1]", 0, 1)}}`, 4), /3 bytes at the end belong to no tensor/],
  ];
  test.for(lies)("refuses %s", ([, bytes, rule]) => {
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
    expect(() => decodeSafetensors(bytes)).toThrow(rule);
  });

  test("reads beside a tensor that no dtype can hold, and says so when that one is asked for", () => {
    const { tensors } = decodeSafetensors(
      fileWith(`{"a":${entry("C64", "[1]", 0, 8)},"b":${entry("U8", "[1]", 8, 9)}}`, 9),
    );
    expect(tensors.get("b")?.data()).toEqual(Uint8Array.of(0));
    expect(tensors.get("a")?.dtype).toBeUndefined();
    expect(() => tensors.get("a")?.tensor()).toThrow(/stored as C64 cannot be read/);
  });

  test("rounds doubles, and refuses those that f32 has no place for", () => {
    const bytes = fileWith(`{"x":${entry("F64", "[3]", 0, 24)}}`, 24);
    const view = new DataView(bytes.buffer, bytes.length - 24);
    const read = (rounding?: "exact" | "nearest"): unknown =>
      decodeSafetensors(bytes, rounding && { rounding })
        .tensors.get("x")
        ?.data();
    for (const [at, value] of [0.5, NaN, -Infinity].entries()) view.setFloat64(8 * at, value, true);
    expect(read("exact")).toEqual(Float32Array.of(0.5, NaN, -Infinity));
    view.setFloat64(8, 0.1, true);
    expect(read()).toEqual(Float32Array.of(0.5, 0.1, -Infinity));
    expect(() => read("exact")).toThrow(/f32 cannot hold this value exactly[^]*position +1[^]*value +0\.1/);
    view.setFloat64(16, 3.4028235677973366e38, true); // half a step above the largest f32
    expect(() => read()).toThrow(/ends at 3\.4e38[^]*position +2[^]*value +3\.4028235677973366e\+38/);
  });

  test("reads whole numbers of every width, and refuses those that i32 has no place for", () => {
    const { tensors } = decodeSafetensors(REFERENCE_FILES.safetensorsWide);
    expect(Object.fromEntries([...tensors].map(([name, stored]) => [name, stored.data()]))).toEqual({
      f64: Float32Array.of(0.1, 2.5),
      i64: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, -5),
      u64: Int32Array.of(7),
      u32: Int32Array.of(2 ** 31 - 1),
      i16: Int32Array.of(-32768, 32767),
      u16: Int32Array.of(65535),
    });
    const bytes = fileWith(
      `{"i":${entry("I64", "[2]", 0, 16)},"u":${entry("U64", "[1]", 16, 24)},"w":${entry("U32", "[1]", 24, 28)}}`,
      28,
    );
    const view = new DataView(bytes.buffer, bytes.length - 28);
    view.setBigInt64(8, -(2n ** 31n) - 1n, true);
    view.setBigUint64(16, 2n ** 64n - 1n, true);
    view.setUint32(24, 2 ** 31, true);
    const read = (name: string) => (): unknown => decodeSafetensors(bytes).tensors.get(name)?.data();
    expect(read("i")).toThrow(/i32 cannot hold this value[^]*position +1[^]*value +-2147483649/);
    expect(read("u")).toThrow(/value +18446744073709551615/);
    expect(read("w")).toThrow(/value +2147483648/);
  });

  test("widens what is for storage, or keeps it", () => {
    const read = (storage?: "widen" | "keep"): Record<string, unknown> =>
      Object.fromEntries(
        [...decodeSafetensors(REFERENCE_FILES.safetensorsStorage, storage && { storage }).tensors]
          .filter(([name]) => ["half", "brain", "signed"].includes(name))
          .map(([name, stored]) => [
            name,
            [stored.dtype, stored.data(), stored.tensor().dtype, stored.tensor().data()],
          ]),
      );
    const half = Float32Array.of(1.5, -0, 2 ** -24, 65504);
    const brain = Float32Array.of(1, -2, Infinity, 3.140625);
    const signed = [Int32Array.of(-128, 127, -1), Int8Array.of(-128, 127, -1)];
    expect(read()).toEqual({
      half: ["f32", half, "f32", half],
      brain: ["f32", brain, "f32", brain],
      signed: ["i32", signed[0], "i32", signed[0]],
    });
    expect(read("widen")).toEqual(read());
    expect(read("keep")).toEqual({
      half: ["f16", half, "f16", half],
      brain: ["bf16", brain, "bf16", brain],
      signed: ["i8", signed[1], "i8", signed[1]],
    });
  });

  test("widens a long tensor part by part, and leaves nothing in memory", () => {
    const before = memory();
    const length = 600_000;
    const bytes = fileWith(`{"x":${entry("BF16", `[${length}]`, 0, 2 * length)}}`, 2 * length);
    const view = new DataView(bytes.buffer, bytes.length - 2 * length);
    for (let i = 0; i < length; i++) view.setUint16(2 * i, 0x3f80 + (i % 128), true); // 1 + (i mod 128) / 128
    const read = decodeSafetensors(bytes).tensors.get("x")?.data();
    expect(read).toEqual(Float32Array.from({ length }, (_, i) => 1 + (i % 128) / 128));
    expect(memory().tensors).toBe(before.tensors);
  });

  test.for(["E4M3", "E5M2", "E4M3FNUZ", "E5M2FNUZ"] as const)(
    "reads all 256 bytes of F8_%s as ml_dtypes does",
    (name) => {
      const bytes = fileWith(`{"x":${entry(`F8_${name}`, "[256]", 0, 256)}}`, 256);
      for (let byte = 0; byte < 256; byte++) bytes[bytes.length - 256 + byte] = byte;
      const stored = decodeSafetensors(bytes).tensors.get("x");
      expect(stored?.data()).toEqual(decodeNpy(REFERENCE_FILES[`npyF8_${name}`]).data());
    },
  );

  test("reads scales of powers of two", () => {
    const bytes = fileWith(`{"x":${entry("F8_E8M0", "[4]", 0, 4)}}`, 4);
    bytes.set([0, 127, 254, 255], bytes.length - 4);
    // Of ml_dtypes 0.6.0: 5.877472e-39, 1, 1.7014118e+38, nan.
    expect(decodeSafetensors(bytes).tensors.get("x")?.data()).toEqual(Float32Array.of(2 ** -127, 1, 2 ** 127, NaN));
  });

  test("says so when a tensor has more axes than the core allows", () => {
    const { tensors } = decodeSafetensors(fileWith(`{"a":${entry("U8", "[1,1,1,1,1,1,1,1,1]", 0, 1)}}`, 1));
    expect(tensors.get("a")?.data()).toEqual(Uint8Array.of(0));
    expect(() => tensors.get("a")?.tensor()).toThrow(ShapeError);
  });

  test.for([
    ["plain", REFERENCE_FILES.safetensorsPlain],
    ["mixed", REFERENCE_FILES.safetensorsMixed],
  ] as const)(
    "refuses every truncation of a file, and every corruption it does not refuse is a readable file (%s)",
    ([, file]) => {
      for (const truncated of truncations(file)) expect(refused(() => readAll(truncated))).toBe(true);
      fc.assert(
        fc.property(corrupted(file), (bytes) => void refused(() => readAll(bytes))),
        { numRuns: 3000 },
      );
    },
  );

  test("refuses any bytes with nothing but a FormatError", () => {
    expect(refused(() => readAll(Uint8Array.of(1, 2, 3)))).toBe(true);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void refused(() => readAll(bytes))));
    fc.assert(fc.property(fc.json(), fc.nat(9), (json, data) => void refused(() => readAll(fileWith(json, data)))));
  });
});
