import { describe, expect, test } from "vitest";
import {
  arange,
  concat,
  type DType,
  DTypeError,
  fromArray,
  full,
  linspace,
  memory,
  NonFiniteError,
  ones,
  scope,
  ShapeError,
  stack,
  tensor,
  trapNonFinite,
  zerosLike,
} from "../index.node.ts";

describe("what cannot be", () => {
  test("is refused before there is memory of its size", () => {
    for (const size of [2 ** 30, 2 ** 31, 1e15]) {
      expect(() => arange(size)).toThrow(ShapeError);
      expect(() => linspace(0, 1, size)).toThrow(ShapeError);
    }
  });

  test.each(["f64", "float32", "toString"])("dtype %s: is refused by name, and counts no memory", (name) => {
    const dtype = name as DType;
    const before = memory().bytes;
    expect(() => full([2], 0, dtype)).toThrow(/dtypes are f32, /);
    expect(() => tensor([1], dtype)).toThrow(DTypeError);
    expect(() => fromArray([1], [1], dtype)).toThrow(DTypeError);
    expect(() => arange(0, 2, 1, dtype)).toThrow(DTypeError);
    scope(() => {
      expect(() => ones([1]).to(dtype)).toThrow(/^cast: dtypes are f32, /);
    });
    expect(memory().bytes).toBe(before);
  });
});

describe("tensors in dtypes for storage", () => {
  test("hold the nearest values that there are", () => {
    expect(tensor([0.1, 1 / 3, 70_000, 1e-9], "f16").toArray()).toEqual([0.0999755859375, 0.333251953125, Infinity, 0]);
    expect(tensor([0.1, 1 / 3, 70_000], "bf16").toArray()).toEqual([0.10009765625, 0.333984375, 70_144]);
    expect(tensor([[-128], [127]], "i8").toArray()).toEqual([[-128], [127]]);
    expect(() => tensor([128], "i8")).toThrow(/i8 holds whole numbers from -128 to 127/);
    expect(() => tensor([0.5], "i8")).toThrow(DTypeError);
  });

  test("are made as others are", () => {
    expect(full([2], 0.1, "f16").toArray()).toEqual([0.0999755859375, 0.0999755859375]);
    expect(full([2], -7, "i8").toArray()).toEqual([-7, -7]);
    expect(ones([2, 1], "bf16").toArray()).toEqual([[1], [1]]);
    expect(arange(0, 3, 1, "f16").toArray()).toEqual([0, 1, 2]);
    expect(zerosLike(tensor([3], "f16")).dtype).toBe("f16");
    expect(fromArray(Int8Array.of(-3)).dtype).toBe("i8");
    expect(fromArray(Float32Array.of(2.5), [1], "bf16").toArray()).toEqual([2.5]);
    expect(fromArray([], [0, 2], "f16").shape).toEqual([0, 2]);
    expect(() => fromArray(Int32Array.of(200), [1], "i8")).toThrow(/from -128 to 127/);
  });

  test("are read as numbers, or lent as they lie", () => {
    const x = tensor([[1.5, -2]], "f16");
    expect(x.data()).toEqual(Float32Array.of(1.5, -2));
    expect(x.transpose().borrow((bits) => [...bits])).toEqual([0x3e00, 0xc000]);
    expect(tensor([1], "bf16").borrow((bits) => bits.slice())).toEqual(Uint16Array.of(0x3f80));
    expect([tensor(0.5, "f16").item(), tensor(-4, "bf16").item(), tensor(-5, "i8").item()]).toEqual([0.5, -4, -5]);
    expect(x.at(0, 1).item()).toBe(-2);
  });

  test("are made of the bits that were lent", () => {
    const x = tensor([0.1, -1e5], "bf16");
    const again = fromArray(
      x.borrow((bits) => bits.slice()),
      [2, 1],
      "bf16",
    );
    expect(again.toArray()).toEqual([[0.10009765625], [-99_840]]);
    expect(() => fromArray(Uint16Array.of(1) as never)).toThrow(/bits of f16 or bf16[^]*Int32Array\.from/);
    expect(() => fromArray(Uint16Array.of(1), [1], "f32" as never)).toThrow(DTypeError);
  });

  test("are printed", () => {
    expect(String(tensor([1, -2.5], "f16"))).toBe("tensor([ 1.0000, -2.5000], dtype=f16)");
    expect(String(tensor([1, 2], "bf16"))).toBe("tensor([1., 2.], dtype=bf16)");
    expect(String(tensor([1, -2], "i8"))).toBe("tensor([ 1, -2], dtype=i8)");
  });

  test("take half and a quarter of the memory, and leave nothing behind", () => {
    const before = memory();
    const x = ones([1000], "f16");
    const y = ones([1000], "i8");
    expect(memory().bytes - before.bytes).toBe(3000);
    x.toArray();
    String(y);
    x.dispose();
    y.dispose();
    expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  });

  test.for<DType>(["f16", "bf16", "i8"])("of %s are viewed, moved and written", (dtype) => {
    const x = tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      dtype,
    );
    expect(x.transpose().flip(0).at(0).toArray()).toEqual([3, 6]);
    expect(
      concat([x, x.flip(1)], 1)
        .at(1)
        .toArray(),
    ).toEqual([4, 5, 6, 6, 5, 4]);
    expect(stack([x.at(0), x.at(1)], 1).toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    const kept = x.clone();
    expect(
      x
        .slice(1, 0, 2)
        .assign(tensor([7, 8], dtype) as never)
        .toArray(),
    ).toEqual([
      [7, 8],
      [7, 8],
    ]);
    expect([x.at(1).toArray(), kept.at(1).toArray()]).toEqual([
      [7, 8, 6],
      [4, 5, 6],
    ]);
  });

  test("overflow where trapNonFinite sees it", () => {
    expect(() => trapNonFinite(() => scope(() => tensor([1, 7e4]).to("f16")))).toThrow(NonFiniteError);
    expect(trapNonFinite(() => tensor([1, 7e4]).to("bf16").toArray())).toEqual([1, 70_144]);
  });
});
