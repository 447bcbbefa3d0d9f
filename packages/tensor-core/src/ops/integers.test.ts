import { describe, expect, test } from "vitest";
import {
  cumsum,
  fromArray,
  prod,
  scatterAdd,
  scope,
  sum,
  tensor,
  type Tensor,
  ValueError,
  zeros,
} from "../index.node.ts";

const [low, high] = [-(2 ** 31), 2 ** 31 - 1];
const whole = (...values: number[]): Tensor<[number], "i32"> => tensor(values, "i32");

describe("whole numbers are summed in 64 bits", () => {
  test("what is too large on the way only, comes out right", () => {
    expect(sum(whole(high, 1, -1)).item()).toBe(high);
    expect(sum(whole(low, -1, 1)).item()).toBe(low);
    expect([...cumsum(whole(high, -1, 1), 0).data()]).toEqual([high, high - 1, high]);
    expect(prod(whole(high, high, high, 0)).item()).toBe(0);
    expect(prod(whole(-(2 ** 16), 2 ** 15)).item()).toBe(low);
  });

  test("over rows, columns and strides", () => {
    const rows = tensor([[high, 1, -1], [5, 6, 7]], "i32"); // prettier-ignore
    expect([...sum(rows, 1).data()]).toEqual([high, 18]);
    expect([...sum(rows.transpose(), 0).data()]).toEqual([high, 18]);
    expect([...sum(rows.flip(), 1).data()]).toEqual([18, high]);
  });

  test("bytes and truth values, many of them", () => {
    const count = 8_421_505; // × 255 is just above 2³¹
    const bytes = scope(() => fromArray(new Uint8Array(count).fill(255), [count], "u8"));
    expect(() => sum(bytes)).toThrow(/sum.*does not fit into i32/s);
    expect(sum(bytes.slice(0, 1)).item()).toBe(255 * (count - 1));
    bytes.dispose();
  });

  const refused: Record<string, () => Tensor<readonly number[], "i32">> = {
    "a sum": () => sum(whole(high, 1)),
    "a sum below": () => sum(whole(low, -1)),
    "a sum of one row": () => sum(tensor([[1, 2], [high, high]], "i32"), 1), // prettier-ignore
    "a running sum": () => cumsum(whole(high, 1, -1), 0),
    "a product": () => prod(whole(2 ** 16, 2 ** 15)),
    "a product that is 0 modulo 2⁶⁴": () => prod(whole(low, low, low)),
    "an addition at an index": () => scatterAdd(whole(high), 0, zeros([1], "i32"), whole(1)),
  };
  test.each(Object.entries(refused))("%s that does not fit is refused", (_, call) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(/does not fit into i32[^]*to\("f32"\)/);
  });

  test("are divided as floats, as PyTorch's, whatever they are divided by", () => {
    const quotient = whole(7, -7, 0, 1).div(whole(2, 2, 0, 0));
    expect([quotient.dtype, quotient.toArray()]).toEqual(["f32", [3.5, -3.5, NaN, Infinity]]);
    expect(whole(7).div(2.5).toArray()).toEqual([Math.fround(2.8)]);
    expect(whole(high).div(3).item()).toBe(Math.fround(Math.fround(high) / 3));
    expect(() => whole(1).div(tensor([1]) as never)).toThrow(/div: both sides must have the same dtype/);
  });

  test("have powers that are whole", () => {
    const power = whole(0, 1, -1, -1, 2, -3, 5).pow(whole(-1, -3, -3, -2, -1, -2, -5));
    expect([power.dtype, power.toArray()]).toEqual(["i32", [0, 1, -1, 1, 0, 0, 0]]);
    expect(
      whole(2, 3, -2, 46_341)
        .pow(whole(31, 3, 33, 2))
        .toArray(),
    ).toEqual([low, 27, 0, -2_147_479_015]);
    expect(whole(-3, 0).pow(2).toArray()).toEqual([9, 0]);
    expect(() => whole(2).pow(-1)).toThrow(/pow: whole numbers to a power below 0 are not whole/);
    expect(() => whole(2).pow(0.5)).toThrow(/pow: i32 holds whole numbers/);
  });

  test("arithmetic wraps, as PyTorch's int32", () => {
    expect(whole(high).add(1).item()).toBe(low);
    expect(whole(low).sub(1).item()).toBe(high);
    expect(whole(high).mul(2).item()).toBe(-2);
    expect(whole(low).neg().item()).toBe(low);
  });
});
