import { describe, expect, test } from "vitest";
import {
  arange,
  conv2d,
  conv2dInputGradient,
  type ConvolutionOptions,
  convTranspose2d,
  ones,
  tensor,
  type Tensor,
  ValueError,
  zeros,
} from "../../index.node.ts";

describe("exact", () => {
  const weight = () =>
    arange(16 * 16 * 9)
      .cos()
      .reshape([16, 16, 3, 3]);
  const image = () =>
    arange(16 * 20 * 20)
      .sin()
      .reshape([1, 16, 20, 20]);
  /** Where the results for an image, and for the same with one element replaced, differ in any bit, in the first channel. */
  const touched = (value: number, convolve: (x: Tensor) => Tensor): number => {
    const other = image();
    other.at(0, 3, 10, 10).assign(tensor(value));
    const [plain, changed] = [convolve(image()).data(), convolve(other).data()];
    return plain.subarray(0, 400).filter((each, at) => !Object.is(each, changed[at])).length;
  };
  const forward = (exact: boolean) => (x: Tensor) => conv2d(x, weight(), undefined, { padding: 1, exact });
  const back = (exact: boolean) => (dy: Tensor) =>
    conv2dInputGradient(dy, weight(), [1, 16, 20, 20], { padding: 1, exact });
  const transposed = (exact: boolean) => (x: Tensor) => convTranspose2d(x, weight(), undefined, { padding: 1, exact });

  test.each([
    ["conv2d", forward],
    ["its gradient by the image", back],
    ["convTranspose2d", transposed],
  ])("%s: one element reaches nine outputs, and with tiles whole ones", (_, way) => {
    for (const value of [NaN, Infinity, 1e6]) {
      expect(touched(value, way(true))).toBe(9);
      expect(touched(value, way(false))).toBeGreaterThan(9);
    }
  });
});

describe("conv2d", () => {
  test.each<[string, ConvolutionOptions, readonly number[]]>([
    ["nothing said", {}, [2, 4, 5, 7]],
    ["valid", { padding: "valid" }, [2, 4, 5, 7]],
    ["same", { padding: "same" }, [2, 4, 7, 8]],
    ["same, dilated", { padding: "same", dilation: [1, 3] }, [2, 4, 7, 8]],
    ["a number", { padding: 1, stride: 2 }, [2, 4, 4, 5]],
    ["a pair", { padding: [0, 2], stride: [1, 3] }, [2, 4, 5, 4]],
    ["four sides", { padding: [1, 2, 3, 4] }, [2, 4, 9, 13]],
  ])("gives the right shape for padding: %s", (_, options, shape) => {
    expect(conv2d(zeros([2, 3, 7, 8]), zeros([4, 3, 3, 2]), undefined, options).shape).toEqual(shape);
  });

  test("same puts the odd zero of an even kernel after the last column", () => {
    const row = tensor([[[[1, 2, 3]]]]);
    expect(conv2d(row, ones([1, 1, 1, 2]), undefined, { padding: "same" }).toArray()).toEqual([[[[3, 5, 3]]]]);
  });

  test("a vertical edge answers a vertical filter and not a horizontal one, over three channels at once", () => {
    const half = tensor([10, 10, 10, 0, 0, 0]).expand([1, 3, 6, 6]).contiguous();
    const vertical = tensor([1, 0, -1]).expand([3, 3, 3]);
    const horizontal = vertical.transpose(1, 2);
    const filters = tensor([vertical.toArray(), horizontal.toArray()]);
    const edges = conv2d(half, filters as Tensor); // 6 × 6 × 3 → 4 × 4 × 2
    expect(edges.shape).toEqual([1, 2, 4, 4]);
    expect(edges.at(0, 0).toArray()).toEqual(Array.from({ length: 4 }, () => [0, 90, 90, 0]));
    expect(edges.at(0, 1).toArray()).toEqual(Array.from({ length: 4 }, () => [0, 0, 0, 0]));
  });

  test("knows the sizes that take no arithmetic", () => {
    const y: Tensor<[2, 4, number, number]> = conv2d(zeros([2, 3, 7, 8]), zeros([4, 3, 3, 3]));
    // @ts-expect-error there are four filters
    const wrong: Tensor<[2, 5, number, number]> = conv2d(zeros([2, 3, 7, 8]), zeros([4, 3, 3, 3]));
    expect([y.rank, wrong.rank]).toEqual([4, 4]);
  });

  test("takes an image without a batch axis, and gives one", () => {
    const y: Tensor<[4, number, number]> = conv2d(ones([3, 7, 8]), ones([4, 3, 3, 3]), tensor([0, 1, 2, 3]));
    expect(y.shape).toEqual([4, 5, 6]);
    expect(y.at(":", 0, 0).toArray()).toEqual([27, 28, 29, 30]);
    expect(() => conv2d(ones([7, 8]), ones([4, 3, 3, 3]))).toThrow(/expected 4 axes/);
  });

  test.each<[ConvolutionOptions, RegExp]>([
    [{ stride: 0 }, /stride must be a whole number from 1 up/],
    [{ stride: [1, 1.5] }, /stride must be/],
    [{ dilation: NaN }, /dilation must be/],
    [{ padding: -1 }, /padding must be a whole number from 0 up/],
    [{ padding: [0, 1, 2, -3] }, /\[top, left, bottom, right\]/],
    [{ padding: "same", stride: 2 }, /which a stride does not/],
    [{ exact: 1 as never }, /exact must be true or false/],
    [{ groups: 0 }, /groups must be a whole number from 1 up/],
  ])("refuses %j", (options, message) => {
    const call = (): unknown => conv2d(zeros([1, 1, 4, 4]), zeros([1, 1, 2, 2]), undefined, options);
    expect(call).toThrow(message);
    expect(call).toThrow(ValueError);
  });
});
