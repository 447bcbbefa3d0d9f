import { describe, expect, test } from "vitest";
import { cast, data, type DType, fromArray, tensor } from "../../index.node.ts";

/** A `Float16Array` and its maker, in engines that have it (Node from 24 on): an implementation that is not ours. */
interface Halves extends Iterable<number> {
  readonly buffer: ArrayBuffer;
}
const { Float16Array } = globalThis as {
  Float16Array?: new (from: ArrayBuffer | ArrayLike<number>) => Halves;
};

const patterns = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);

function isNaN16(bits: number): boolean {
  return (bits & 0x7fff) > 0x7c00;
}

describe.skipIf(Float16Array === undefined)("casts of f16 agree with the engine's", () => {
  const Engine = Float16Array as NonNullable<typeof Float16Array>;

  test("of all patterns to f32", () => {
    const ours = data(cast(fromArray(patterns, [65_536], "f16"), "f32"));
    expect(ours).toEqual(Float32Array.from(new Engine(patterns.buffer)));
  });

  test("of f32s of every exponent, and around every pattern's neighbours, from f32", () => {
    const around = Float32Array.from(new Engine(patterns.buffer));
    const words = new Uint32Array(around.buffer.slice(0));
    const numbers = [-1, 0, 1, 0x0fff, 0x1000, 0x1001, 0x1fff].flatMap((step) => [
      ...new Float32Array(words.map((word) => word + step).buffer),
    ]);
    const spread = new Float32Array(Uint32Array.from({ length: 100_000 }, (_, i) => Math.imul(i, 0x9e3779b9)).buffer);
    const x = Float32Array.from([...numbers, ...spread]);
    const engine = new Uint16Array(new Engine(x).buffer);
    const ours = cast(fromArray(x), "f16").borrow((bits) => bits.slice());
    // A NaN may have any payload.
    const wrong = ours.findIndex((bits, at) => bits !== engine[at] && !(isNaN16(bits) && isNaN16(engine[at] ?? 0)));
    expect(wrong).toBe(-1);
  });
});

describe("casts", () => {
  test("round to bf16 as the upper half of f32 does, ties to even", () => {
    const x = [1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, 3.4028234663852886e38, -1e-45, NaN, -Infinity];
    const wanted = [1, 1, 1 + 2 ** -6, 1 + 2 ** -7, Infinity, -0, NaN, -Infinity];
    expect(data(tensor(x).to("bf16"))).toEqual(Float32Array.from(wanted));
  });

  test("go from one storage dtype to another by way of f32 or i32", () => {
    expect(data(tensor([65504, 1.0009765625, -0.1], "f16").to("bf16"))).toEqual(
      Float32Array.of(65536, 1, -0.10009765625),
    );
    expect(data(tensor([300.7, -129, NaN], "f16").to("i8"))).toEqual(Int8Array.of(127, -128, 0));
    expect(data(tensor([-1, 127], "i8").to("u8"))).toEqual(Uint8Array.of(255, 127));
    expect(data(tensor([-1, 127], "i8").to("f16"))).toEqual(Float32Array.of(-1, 127));
  });

  const all: readonly DType[] = ["f32", "i32", "u8", "bool", "f16", "bf16", "i8"];
  test.for(all)("from %s give 0 and 1 in every dtype, and the tensor itself in its own", (from) => {
    const x = tensor([0, 1, 1], from);
    for (const to of all) {
      const y = cast(x, to);
      expect([y.dtype, [...data(y)], y === (x as unknown)]).toEqual([to, [0, 1, 1], from === to]);
    }
  });
});
