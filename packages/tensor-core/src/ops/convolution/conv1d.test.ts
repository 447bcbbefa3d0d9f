import { describe, expect, test } from "vitest";
import { conv1d, type ConvolutionOptions, ones, tensor, type Tensor, ValueError, zeros } from "../../index.node.ts";

const signal = () => tensor([[[1, 2, 4, 7, 11]]]);

describe("conv1d", () => {
  test("lays the kernel along the signal as it is", () => {
    // 1 − 4, 2 − 7, 4 − 11
    expect(conv1d(signal(), tensor([[[1, 0, -1]]])).toArray()).toEqual([[[-3, -5, -7]]]);
  });

  test("sums over channels, adds the bias, and has a row for each filter", () => {
    const x = tensor([
      [
        [1, 2, 3],
        [10, 20, 30],
      ],
    ]);
    const weight = tensor([
      [
        [1, 1],
        [0, 1],
      ],
      [
        [0, 0],
        [-1, 1],
      ],
    ]);
    expect(conv1d(x, weight, tensor([100, 0])).toArray()).toEqual([
      [
        [123, 135],
        [10, 10],
      ],
    ]);
  });

  test.each<[ConvolutionOptions<1>, number[]]>([
    [{ stride: 2 }, [1 + 2, 4 + 7]],
    [{ dilation: 3 }, [1 + 7, 2 + 11]],
    [{ padding: 1 }, [1, 3, 6, 11, 18, 11]],
    [{ padding: [0, 2], stride: [3] }, [3, 18]],
    [{ padding: "same" }, [3, 6, 11, 18, 11]],
    [{ padding: "valid" }, [3, 6, 11, 18]],
  ])("with %j", (options, wanted) => {
    expect(conv1d(signal(), ones([1, 1, 2]), undefined, options).toArray()).toEqual([[wanted]]);
  });

  test("knows the sizes that take no arithmetic", () => {
    const y: Tensor<[2, 4, number]> = conv1d(zeros([2, 3, 7]), zeros([4, 3, 3]));
    // @ts-expect-error there are four filters
    const wrong: Tensor<[2, 5, number]> = conv1d(zeros([2, 3, 7]), zeros([4, 3, 3]));
    expect([y.rank, wrong.rank]).toEqual([3, 3]);
  });

  test("refuses options of two axes", () => {
    // @ts-expect-error a signal has one axis
    const call = (): unknown => conv1d(signal(), ones([1, 1, 2]), undefined, { stride: [1, 2] });
    expect(call).toThrow(/^conv1d: stride must be a whole number from 1 up, or one: \[length\]/);
    expect(call).toThrow(ValueError);
  });
});
