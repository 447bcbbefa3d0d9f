import { decodePyTorch } from "@unfoldjs/tensor-core";
import { chance, oneOf } from "../random.ts";
import { optionsFor } from "./arrays.ts";
import { joined, mutated } from "./mutate.ts";
import { type Reader, readStored } from "./reader.ts";
import { zipped } from "./zipped.ts";

type Bytes = readonly number[];

// Values as Python's pickle writes them, protocol 2 (pickletools.py says what each opcode does).
const encoded = (text: string): Bytes => [...new TextEncoder().encode(text)];
const text = (value: string): Bytes => [0x58, encoded(value).length, 0, 0, 0, ...encoded(value)];
const named = (module: string, name: string): Bytes => [0x63, ...encoded(`${module}\n${name}\n`)];
const whole = (value: number): Bytes =>
  value < 256 ? [0x4b, value] : [0x4a, ...[0, 8, 16, 24].map((bits) => (value >> bits) & 255)];
const tuple = (...values: readonly Bytes[]): Bytes => [0x28, ...values.flat(), 0x74];
const list = (...values: readonly Bytes[]): Bytes => [0x5d, 0x28, ...values.flat(), 0x65];
const dict = (...entries: readonly (readonly [key: Bytes, value: Bytes])[]): Bytes => [
  0x7d,
  0x28,
  ...entries.flat().flat(),
  0x75,
];
const called = (what: Bytes, inputs: Bytes): Bytes => [...what, ...inputs, 0x52];
const pickle = (value: Bytes, protocol = 2): Uint8Array => Uint8Array.of(0x80, protocol, ...value, 0x2e);
const NONE: Bytes = [0x4e];
const TRUE: Bytes = [0x88];

function tensorOf(storage: string, key: string, elements: number, shape: Bytes[], strides: Bytes[], offset = 0): Bytes {
  const id = tuple(text("storage"), named("torch", storage), text(key), text("cpu"), whole(elements));
  const ordered = called(named("collections", "OrderedDict"), [0x29]);
  return called(
    named("torch._utils", "_rebuild_tensor_v2"),
    tuple([...id, 0x51], whole(offset), tuple(...shape), tuple(...strides), [0x89], ordered),
  );
}

function archive(content: Uint8Array, storages: Readonly<Record<string, number>> = {}, order = "little"): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]): [string, Uint8Array] => [
    `x/data/${key}`,
    Uint8Array.from({ length: bytes }, (_, at) => (at * 53) & 0x3f),
  ]);
  return zipped([["x/data.pkl", content], ["x/byteorder", new TextEncoder().encode(order)], ...data], false);
}

const WIDTHS = {
  FloatStorage: 4,
  DoubleStorage: 8,
  HalfStorage: 2,
  BFloat16Storage: 2,
  LongStorage: 8,
  IntStorage: 4,
  ShortStorage: 2,
  CharStorage: 1,
  ByteStorage: 1,
  BoolStorage: 1,
  ComplexFloatStorage: 8,
};

function files(): Uint8Array[] {
  const [two, three, one] = [whole(2), whole(3), whole(1)];
  const weight = tensorOf("FloatStorage", "0", 6, [two, three], [three, one]);
  const parameter = called(named("torch._utils", "_rebuild_parameter"), tuple(weight, TRUE, dict()));
  const state = dict(
    [text("weight"), weight],
    [text("turned"), tensorOf("FloatStorage", "0", 6, [three, two], [one, three])],
  );
  const remembered = dict([text("a"), [...weight, 0x71, 1]], [text("b"), [0x68, 1]]);
  const plain = dict(
    [text("epoch"), whole(70000)],
    [text("rate"), [0x47, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]],
    [text("best"), NONE],
    [text("large"), [0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x40]],
    [text("betas"), [...one, ...two, 0x86]],
    [whole(1), list(text("x"), TRUE, dict([text("y"), parameter]))],
  );
  return [
    archive(pickle(state), { 0: 24 }),
    archive(pickle(remembered), { 0: 24 }),
    archive(pickle(plain), { 0: 24 }),
    archive(pickle(state, 4), { 0: 24 }, "big"),
    archive(pickle(called(named("builtins", "eval"), tuple(text("1"))))),
    archive(pickle([0x8f])),
    archive(pickle(tensorOf("FloatStorage", "0", 6, [whole(70000), two], [whole(0), one])), { 0: 24 }),
    ...Object.entries(WIDTHS).map(([storage, width]) =>
      archive(pickle(dict([text("x"), tensorOf(storage, "7", 6, [two, three], [three, one])])), { 7: 6 * width }),
    ),
    pickle(state),
  ];
}

/** Elements that are read: a file may say that one storage is to be repeated, and more than these only takes time. */
const MOST_READ = 2 ** 18;

/** Where the pickle of an archive that `archive` made stands. */
function pickleWithin(bytes: Uint8Array): Uint8Array {
  const start = bytes.indexOf(0x80);
  const end = bytes.indexOf(0x2e, Math.max(0, bytes.lastIndexOf(0x52)));
  return start === -1 ? new Uint8Array(2) : bytes.subarray(start, end > start ? end + 1 : bytes.length);
}

export const pytorchReader: Reader = {
  name: "pytorch",
  files: () => Promise.resolve(files()),
  tokens: [
    "PK\u0001\u0002",
    "PK\u0003\u0004",
    "data.pkl",
    "x/data/0",
    "ctorch._utils\n_rebuild_tensor_v2\n",
    "ctorch._utils\n_rebuild_parameter\n",
    "ccollections\nOrderedDict\n",
    "ctorch\nSize\n",
    "ctorch\nFloatStorage\n",
    "cos\nsystem\n",
    "X\u0007\u0000\u0000\u0000storage",
    "(",
    ")",
    "t",
    "]",
    "}",
    "u",
    "e",
    "s",
    "R",
    "Q",
    "b",
    "0",
    ".",
    "\u0094",
    "h\u0001",
    "q\u0001",
  ],
  read(bytes) {
    const { tensors } = decodePyTorch(bytes, optionsFor(bytes));
    return [...tensors].flatMap(([name, stored]) => {
      const size = stored.shape.reduce((product, length) => product * length, 1);
      return size > MOST_READ ? [] : readStored(name, stored);
    });
  },
  rewrite(bytes, random) {
    // Whole archives of damaged pickles: what guards the zip is right.
    const content = mutated(pickleWithin(bytes), random, pytorchReader.tokens, [bytes]);
    const key = oneOf(random, ["0", "0", "7", "1"]);
    const ended = chance(random, 0.3) ? joined(content, Uint8Array.of(0x2e)) : content;
    return archive(ended, { [key]: oneOf(random, [24, 24, 48, 12, 6, 0]) }, oneOf(random, ["little", "little", "big"]));
  },
};
