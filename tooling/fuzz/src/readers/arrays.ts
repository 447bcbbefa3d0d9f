import { gzipSync } from "node:zlib";
import { gunzip, parseIdx } from "@unfoldjs/datasets";
import {
  type AnyTensor,
  arange,
  decodeNpy,
  decodeNpz,
  decodeSafetensors,
  type DType,
  encodeNpy,
  encodeNpz,
  encodeSafetensors,
  fromArray,
  ones,
  type ReadOptions,
  scope,
  type Shape,
  tensor,
} from "@unfoldjs/tensor-core";
import { between, chance, oneOf } from "../random.ts";
import { joined, mutated } from "./mutate.ts";
import { type Reader, readStored } from "./reader.ts";
import { rewrittenHeader } from "./header-json.ts";
import { zipped } from "./zipped.ts";

const DTYPES: readonly DType[] = ["f32", "i32", "u8", "bool", "f16", "bf16", "i8"];

/** Tensors of every dtype and of odd shapes. */
function samples(): Record<string, AnyTensor> {
  const all: Record<string, AnyTensor> = {
    scalar: tensor(2.5),
    none: ones([2, 0, 3]),
    row: arange(5),
    "a.b": ones([1, 2, 1, 3]),
  };
  for (const dtype of DTYPES) all[dtype] = fromArray<Shape, DType>([0, 1, 1, 0, 1, 1], [2, 3], dtype);
  return all;
}

/** Ways to read, by what the file ends with: each of them is tried. */
export function optionsFor(bytes: Uint8Array): ReadOptions {
  const last = bytes.at(-1) ?? 0;
  return { rounding: last & 1 ? "exact" : "nearest", storage: last & 2 ? "keep" : "widen" };
}

/** A header of NumPy's and elements that are not there. */
function npy(descr: string, shape: string, content: Uint8Array, order = "False", major = 1): Uint8Array {
  const text = new TextEncoder().encode(`{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`);
  const prefix = new Uint8Array(major === 1 ? 10 : 12);
  prefix.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, major, 0]);
  const view = new DataView(prefix.buffer);
  if (major === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  return joined(prefix, text, content);
}

const zeros = (count: number): Uint8Array => new Uint8Array(count);

export const npyReader: Reader = {
  name: "npy",
  files: () =>
    Promise.resolve(
      scope(() => [
        ...Object.values(samples()).map((one) => encodeNpy(one)),
        ...["<f8", ">f4", ">i4", "<i8", "<u2", "<u8", "|S3", "<U2", "<c8", "|O", "<M8[s]", "|V2", ">u4", "<f2"].map(
          (descr) => npy(`'${descr}'`, "(2, 3)", zeros(48)),
        ),
        npy(
          "'<f8'",
          "(3, 2)",
          Uint8Array.from({ length: 48 }, (_, i) => (7 * i) & 0x3f),
          "True",
          2,
        ),
        npy("[('a', '<f4'), ('b', [('c', '|u1')])]", "(2,)", zeros(10), "False", 3),
      ]),
    ),
  tokens: [
    "'",
    '"',
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "True",
    "False",
    "descr",
    "shape",
    "fortran_order",
    "<f4",
    ">f8",
    "|b1",
    "<i8",
    "|V2",
    "\\",
    "\n",
    "None",
  ],
  read(bytes) {
    const stored = decodeNpy(bytes, optionsFor(bytes));
    const problems = readStored("the array", stored);
    const one = stored.tensor();
    const again = decodeNpy(encodeNpy(one), { storage: "keep" });
    if (again.shape.join() !== one.shape.join()) problems.push("what is written again has another shape");
    one.dispose();
    return problems;
  },
  rewrite(bytes, random) {
    if (bytes.length < 12) return bytes;
    const start = bytes[6] === 1 ? 10 : 12;
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
    if (bytes.length < start + length) return bytes;
    const text = mutated(bytes.subarray(start, start + length), random, npyReader.tokens, [bytes]);
    const out = joined(bytes.subarray(0, start), text, bytes.subarray(start + length));
    new DataView(out.buffer).setUint16(8, text.length, true);
    return out;
  },
};

export const safetensorsReader: Reader = {
  name: "safetensors",
  files: () =>
    Promise.resolve(
      scope(() => [
        encodeSafetensors(samples(), { format: "pt", "": "😀" }),
        encodeSafetensors({}),
        ...Object.entries(samples()).map(([name, one]) => encodeSafetensors({ [name]: one })),
        ...["F64", "I64", "U16", "F8_E4M3", "F8_E8M0", "F4", "C64", "F6_E2M3", "U64"].map((dtype) => {
          const bytes = { F64: 32, I64: 32, U16: 8, F4: 2, C64: 32, F6_E2M3: 3, U64: 32 }[dtype] ?? 4;
          const header = JSON.stringify({ t: { dtype, shape: [2, 2], data_offsets: [0, bytes] } });
          const text = new TextEncoder().encode(header);
          const prefix = new Uint8Array(8);
          new DataView(prefix.buffer).setBigUint64(0, BigInt(text.length), true);
          return joined(prefix, text, zeros(bytes));
        }),
      ]),
    ),
  tokens: [
    '"',
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "dtype",
    "shape",
    "data_offsets",
    "__metadata__",
    "__proto__",
    "F32",
    "I64",
    "F8_E4M3",
    "null",
    "-1",
    "\\u0000",
    "1e3",
  ],
  read(bytes) {
    const { tensors } = decodeSafetensors(bytes, optionsFor(bytes));
    return [...tensors].flatMap(([name, stored]) => readStored(name, stored));
  },
  rewrite: rewrittenHeader,
};

export const npzReader: Reader = {
  name: "npz",
  async files() {
    const arrays = await npyReader.files();
    const bomb = npy("'|u1'", "(200000,)", zeros(200_000));
    return scope(() => [
      encodeNpz(samples()),
      encodeNpz({ x: ones([2]), "": ones([1]) }, { compress: true }),
      encodeNpz({}),
      zipped([["bomb.npy", bomb]], true),
      zipped(
        [
          ["a.npy", arrays[0] ?? zeros(0)],
          ["readme.txt", zeros(3)],
        ],
        false,
      ),
    ]);
  },
  tokens: [
    "PK\u0001\u0002",
    "PK\u0003\u0004",
    "PK\u0005\u0006",
    "PK\u0006\u0006",
    "PK\u0006\u0007",
    ".npy",
    "../",
    "\u0000",
    "x.npy",
  ],
  read: (bytes) => [...decodeNpz(bytes, optionsFor(bytes))].flatMap(([name, stored]) => readStored(name, stored)),
  rewrite(bytes, random) {
    // Whole archives of damaged files: their checksums are right.
    const content = bytes.subarray(0, between(random, 0, bytes.length));
    const at = content.indexOf(0x93);
    const inner = at === -1 ? content : content.subarray(at);
    const file = npyReader.rewrite?.(inner.length < 16 ? zeros(16) : inner, random) ?? inner;
    const name = oneOf(random, ["x.npy", "x", ".npy", "y.npy", ""]);
    return zipped(
      chance(random, 0.2)
        ? [
            [name, file],
            [name, file],
          ]
        : [[name, file]],
      chance(random, 0.5),
    );
  },
};

export const idxReader: Reader = {
  name: "idx",
  files: () =>
    Promise.resolve(
      [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e].flatMap((code) =>
        [[3], [2, 3], [1, 2, 2], [0, 4]].map((shape) => {
          const width = { 0x08: 1, 0x09: 1, 0x0b: 2, 0x0c: 4, 0x0d: 4, 0x0e: 8 }[code] ?? 1;
          const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
          header.setUint8(2, code);
          header.setUint8(3, shape.length);
          shape.forEach((size, axis) => header.setUint32(4 + 4 * axis, size));
          return joined(new Uint8Array(header.buffer), zeros(width * shape.reduce((a, b) => a * b, 1)));
        }),
      ),
    ),
  tokens: ["\u0000\u0000\b\u0001", "\u0000\u0000\r\u0002", "\u001f\u008b"],
  read(bytes) {
    const { shape, data: elements } = parseIdx(bytes);
    const size = shape.reduce((product, length) => product * length, 1);
    return elements.length === size ? [] : [`the shape [${shape.join(", ")}] has ${elements.length} elements`];
  },
};

export const gzipReader: Reader = {
  name: "gzip",
  files: () =>
    Promise.resolve(
      [zeros(0), zeros(100), new TextEncoder().encode("a few words, and a few words more"), zeros(100_000)].map(
        (content) => new Uint8Array(gzipSync(content)),
      ),
    ),
  tokens: ["\u001f\u008b\b", "\u0000"],
  async read(bytes) {
    const content = await gunzip(bytes as Uint8Array<ArrayBuffer>);
    return content.length > 1032 * bytes.length + 64 ? [`${bytes.length} bytes became ${content.length}`] : [];
  },
};
