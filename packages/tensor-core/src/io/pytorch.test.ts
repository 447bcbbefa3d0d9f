import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePyTorch, FormatError, memory, type PyTorchValue } from "../index.node.ts";
import { corrupted, refused, truncations } from "./corruption.ts";
import fixtures from "./pytorch-files.json" with { type: "json" };
import { zip } from "./zip-writer.ts";

const fileOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const files = Object.fromEntries(Object.entries(fixtures.files).map(([name, text]) => [name, fileOf(text)]));
const opened = (name: string): ReturnType<typeof decodePyTorch> => decodePyTorch(files[name] ?? new Uint8Array());
const valuesIn = (name: string): Record<string, number[]> =>
  Object.fromEntries(Array.from(opened(name).tensors, ([key, stored]) => [key, [...stored.data()].map(Number)]));

/** A pickle in an archive as PyTorch writes it, with storages of so many bytes. */
function archive(pickle: readonly number[], storages: readonly number[] = [], compress = false): Uint8Array {
  const entries = storages.map((bytes, at) => [`x/data/${at}`, new Uint8Array(bytes)] as const);
  return zip(new Map([["x/data.pkl", Uint8Array.from(pickle)], ...entries]), compress, "test");
}
const text = (value: string): number[] => [0x58, value.length, 0, 0, 0, ...new TextEncoder().encode(value)];
const global = (module: string, name: string): number[] => [0x63, ...new TextEncoder().encode(`${module}\n${name}\n`)];
const u32 = (value: number): number[] => [0x8a, 5, ...[0, 8, 16, 24].map((bits) => (value / 2 ** bits) & 255), 0];
const tuple = (...values: readonly (readonly number[])[]): number[] => [0x28, ...values.flat(), 0x74];
/** A tensor of a storage of f32s. */
const tensorOf = (elements: number, offset: number, shape: readonly number[], strides: readonly number[]): number[] => [
  ...global("torch._utils", "_rebuild_tensor_v2"),
  ...tuple(
    [...tuple(text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"), u32(elements)), 0x51],
    u32(offset),
    tuple(...shape.map(u32)),
    tuple(...strides.map(u32)),
  ),
  0x52,
];
const pickled = (...value: readonly number[]): number[] => [0x80, 2, ...value, 0x2e];

describe(`files of torch.save ${fixtures.torch}`, () => {
  test("hold a state dict by its keys, and its metadata is passed over", () => {
    const { tensors } = opened("stateDict");
    const read = Object.fromEntries(Array.from(tensors, ([key, stored]) => [key, stored.tensor().toArray()]));
    expect(read).toEqual(fixtures.state);
  });

  test("hold all dtypes", () => {
    const halves = [1.5, -2, 0.25];
    expect(valuesIn("dtypes")).toEqual({
      f32: halves,
      f64: halves,
      f16: halves,
      bf16: halves,
      i64: [1, -2, 3],
      i32: [1, -2, 3],
      i16: [1, -2, 3],
      i8: [1, -2, 3],
      u8: [1, 2, 255],
      bool: [1, 0],
      scalar: [2.5],
      empty: [],
    });
    const { tensors } = opened("dtypes");
    expect(Array.from(tensors.values(), ({ dtype }) => dtype).join(" ")).toBe(
      "f32 f32 f32 f32 i32 i32 i32 i32 u8 bool f32 f32",
    );
    expect(tensors.get("empty")?.shape).toEqual([2, 0, 3]);
    expect(tensors.get("scalar")?.tensor().shape).toEqual([]);
    const kept = decodePyTorch(files["dtypes"] as Uint8Array, { storage: "keep" }).tensors;
    expect(["f16", "bf16", "i8"].map((name) => kept.get(name)?.tensor().dtype)).toEqual(["f16", "bf16", "i8"]);
  });

  test("have tensors that cannot be read, which leave the others readable", () => {
    const { tensors } = opened("complex");
    expect([...(tensors.get("plain")?.data() ?? [])]).toEqual([1.5, -2, 0.25]);
    expect(() => tensors.get("complex")?.data()).toThrow(/complex numbers cannot be read/);
  });

  test("hold views by their strides", () => {
    const count = Array.from({ length: 24 }, (_, i) => i);
    expect(valuesIn("views")).toEqual({
      whole: count,
      rows: count.slice(6, 18),
      turned: [0, 1, 2, 3, 4, 5].flatMap((column) => [0, 1, 2, 3].map((row) => 6 * row + column)),
      steps: [0, 1].flatMap((a) => [0, 2].flatMap((b) => [1, 3].map((c) => 12 * a + 4 * b + c))),
      expanded: [0, 1, 0, 1, 0, 1],
    });
    expect(opened("views").tensors.get("steps")?.shape).toEqual([2, 2, 2]);
  });

  test("hold a tensor that is shared once", () => {
    const { tensors } = opened("tied");
    expect(tensors.get("encoder.weight")).toBe(tensors.get("decoder.weight"));
    expect(tensors.get("other")).not.toBe(tensors.get("encoder.weight"));
  });

  test("hold checkpoints: numbers, texts, dicts, lists and tuples, with tensors by the way to them", () => {
    const { value, tensors } = opened("checkpoint");
    const dict = value as ReadonlyMap<string, PyTorchValue>;
    const plain = ["epoch", "loss", "done", "best", "name", "large", "size"].map((key) => dict.get(key));
    expect(plain).toEqual([3, 0.125, false, null, "größer", 2n ** 62n, [2, 3]]);
    const optimizer = dict.get("optimizer") as ReadonlyMap<string, PyTorchValue>;
    const [group] = optimizer.get("param_groups") as readonly ReadonlyMap<string, PyTorchValue>[];
    expect([group?.get("lr"), group?.get("betas")]).toEqual([0.1, [0.9, 0.999]]);
    expect([...tensors.keys()]).toEqual(["model.weight", "optimizer.state.0.step", "optimizer.state.0.exp_avg"]);
  });

  test("are read in protocol 4, and where there is one tensor alone", () => {
    expect(valuesIn("protocol4")).toEqual({ weight: [1.5, -2, 0.25] });
    expect((opened("protocol4").value as ReadonlyMap<string, unknown>).get("list")).toEqual([1, [2, "x"]]);
    expect([...opened("alone").tensors.keys()]).toEqual([""]);
  });

  test("are not copied or read before they are asked for, and leave nothing behind", () => {
    const { tensors, bytes } = memory();
    for (const stored of opened("views").tensors.values()) stored.tensor().dispose();
    expect(memory()).toMatchObject({ tensors, bytes });
  });
});

describe("decodePyTorch refuses by name", () => {
  const rows: [string, () => Uint8Array, RegExp][] = [
    ["a whole module", () => files["module"] as Uint8Array, /asksFor\s+torch\.nn\.modules\.linear\.Linear/],
    [
      "a call that would run something",
      () => files["attack"] as Uint8Array,
      /asksFor\s+builtins\.eval|__builtin__\.eval/,
    ],
    ["numbers of NumPy", () => files["numpy"] as Uint8Array, /asksFor\s+numpy\._?core\.multiarray\.scalar/],
    ["sets", () => files["set"] as Uint8Array, /opcode\s+EMPTY_SET/],
    ["bytes", () => files["bytes"] as Uint8Array, /opcode\s+SHORT_BINBYTES/],
    ["files of before 1.6", () => files["legacy"] as Uint8Array, /before 1\.6/],
    ["what is no archive", () => new TextEncoder().encode("hello"), /no end of a zip archive/],
    ["an archive without a pickle", () => zip(new Map([["a.npy", new Uint8Array(8)]]), false, "test"), /decodeNpz/],
    [
      "packed entries, which may unpack to anything",
      () => archive(pickled(0x4e), [2 ** 20], true),
      /entries must be stored as they are/,
    ],
    [
      "a tensor beyond its storage",
      () => archive(pickled(...tensorOf(4, 1, [2, 2], [2, 1])), [16]),
      /reaches beyond its storage/,
    ],
    [
      "a tensor far beyond it",
      () => archive(pickled(...tensorOf(4, 0, [2 ** 31, 2 ** 31], [2 ** 31, 1])), [16]),
      /reaches beyond its storage/,
    ],
    [
      "one element, again and again",
      () => archive(pickled(...tensorOf(4, 0, [2 ** 31, 4], [0, 1])), [16]),
      /more often than anything needs/,
    ],
    ["a storage that is not there", () => archive(pickled(...tensorOf(4, 0, [4], [1]))), /lacks this entry/],
    [
      "a name in the place of a value",
      () => archive(pickled(...global("torch", "FloatStorage"))),
      /in the place of a value/,
    ],
    ["a list that contains itself", () => archive(pickled(0x5d, 0x71, 0, 0x68, 0, 0x61)), /contains itself/],
    [
      "very deep lists",
      () => archive(pickled(...new Array<number>(5000).fill(0x5d), ...new Array<number>(4999).fill(0x61))),
      /more than 64 in each other/,
    ],
    ["lists of lists of lists, over and over", () => archive(laughs()), /too many times/],
    ["a memory of what was not", () => archive(pickled(0x68, 7)), /recalls what it did not remember/],
    ["an attribute", () => archive(pickled(0x5d, 0x7d, 0x62)), /sets attributes/],
    [
      "a text longer than the file",
      () => archive([0x80, 2, 0x58, 255, 255, 255, 255, 0x61]),
      /fewer bytes than it says/,
    ],
    ["numbers without end", () => archive([0x80, 2, 0x8b, 255, 255, 255, 127, 1]), /more than 64 bits/],
    ["keys that are lists", () => archive(pickled(0x7d, 0x29, 0x4b, 1, 0x73)), /keys of dicts/],
    ["another protocol", () => archive([0x80, 9, 0x4e, 0x2e]), /protocol must be 2 to 5/],
    // pickle.dumps({}, protocol=0) and 1
    ["protocol 0", () => archive([0x28, 0x64, 0x70, 0x30, 0x0a, 0x2e]), /protocol must be 2 to 5[^]*save it again/],
    ["protocol 1", () => archive([0x7d, 0x71, 0, 0x2e]), /protocol must be 2 to 5[^]*save it again/],
    ["a whole number of 9 bytes", () => archive([0x80, 2, 0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x2e]), /as a text/],
    ["an end too early", () => archive([0x80, 2, 0x2e]), /takes more than it has put down/],
    ["no end", () => archive([0x80, 2, 0x4e]), /ends without its end/],
    ["what is no opcode", () => archive(pickled(0xff)), /opcode\s+0xff/],
  ];
  test.each(rows)("%s", (_, make, message) => {
    const bytes = make();
    expect(() => decodePyTorch(bytes)).toThrow(FormatError);
    expect(() => decodePyTorch(bytes)).toThrow(message);
  });

  /** A list of ten of a list of ten of …: twelve times. */
  function laughs(): number[] {
    const levels = Array.from({ length: 12 }, (_, at) => [
      0x28,
      ...Array.from({ length: 10 }, () => [0x68, at]).flat(),
      0x6c,
      0x71,
      at + 1,
    ]);
    return pickled(0x5d, 0x71, 0, ...levels.flat());
  }

  test("a storage whose bytes are not as many as it says, when it is read", () => {
    const { tensors } = decodePyTorch(archive(pickled(...tensorOf(4, 0, [4], [1])), [12]));
    expect(() => tensors.get("")?.data()).toThrow(/not as large as the file says/);
  });
});

describe("decodePyTorch of damaged files", () => {
  const readAll = (bytes: Uint8Array): void => {
    for (const stored of decodePyTorch(bytes).tensors.values()) stored.tensor().dispose();
  };

  test("is whole or refused, wherever they are cut", () => {
    for (const part of truncations(files["tied"] as Uint8Array)) expect(refused(() => readAll(part))).toBe(true);
  });

  test("is whole or refused, whichever byte of the file is another", () => {
    const { tensors, bytes: held } = memory();
    fc.assert(
      fc.property(corrupted(files["checkpoint"] as Uint8Array), (bytes) => {
        refused(() => readAll(bytes));
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(memory()).toMatchObject({ tensors, bytes: held });
  });

  test("is whole or refused, whichever byte of the pickle is another, past the archive's checksums", () => {
    const sound = pickled(
      0x7d,
      ...text("a"),
      ...tensorOf(4, 0, [2, 2], [2, 1]),
      0x73,
      ...text("b"),
      ...tuple([0x4e], [0x88], u32(9)),
      0x73,
    );
    expect(decodePyTorch(archive(sound, [16])).tensors.size).toBe(1);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = [...sound];
          for (const [at, byte] of changes) changed[at] = byte;
          refused(() => readAll(archive(changed, [16])));
        },
      ),
      { numRuns: 3000, seed: 2 },
    );
  });
});
