import { describe, expect, test } from "vitest";
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  arange,
  avgPool1d,
  avgPool2d,
  type AvgPoolOptions,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  type MaxPoolOptions,
  type Tensor,
  tensor,
  ValueError,
  zeros,
} from "../../index.node.ts";

const square = () => arange(16).reshape([1, 1, 4, 4]);

describe("pooling", () => {
  test("halves an image", () => {
    expect(maxPool2d(square(), { kernel: 2 }).toArray()).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ]);
    expect(avgPool2d(square(), { kernel: 2 }).toArray()).toEqual([
      [
        [
          [2.5, 4.5],
          [10.5, 12.5],
        ],
      ],
    ]);
  });

  test("one window as large as the image is its mean or its largest value", () => {
    expect(adaptiveAvgPool2d(square(), 1).toArray()).toEqual([[[[7.5]]]]);
    expect(adaptiveMaxPool2d(square(), [1, 2]).toArray()).toEqual([[[[13, 15]]]]);
  });

  test("padding is -∞ for maxima and counts as zeros for means unless told not to", () => {
    const x = tensor([[[[-4]]]]);
    expect(maxPool2d(x, { kernel: 2, stride: 1, padding: 1 }).toArray()).toEqual([
      [
        [
          [-4, -4],
          [-4, -4],
        ],
      ],
    ]);
    expect(avgPool2d(x, { kernel: 2, stride: 1, padding: 1 }).at(0, 0, 0, 0).item()).toBe(-1);
    expect(avgPool2d(x, { kernel: 2, stride: 1, padding: 1, countIncludePad: false }).at(0, 0, 0, 0).item()).toBe(-4);
  });

  test("NaN is the largest of all", () => {
    expect(maxPool2d(tensor([[[[1, NaN, 3, 2]]]]), { kernel: [1, 2] }).toArray()).toEqual([[[[NaN, 3]]]]);
  });

  test("ceilMode keeps a last window that begins inside the image, and only such", () => {
    const shape = (kernel: number, stride: number): readonly number[] =>
      maxPool2d(zeros([1, 1, 7, 7]), { kernel, stride, ceilMode: true }).shape;
    expect(shape(2, 2)).toEqual([1, 1, 4, 4]);
    expect(shape(1, 3)).toEqual([1, 1, 3, 3]);
    expect(shape(2, 7)).toEqual([1, 1, 1, 1]);
  });

  test("ceilMode takes a single window that is larger than the image, as PyTorch does", () => {
    const x = arange(4).reshape([1, 1, 2, 2]);
    expect(maxPool2d(x, { kernel: 3, stride: 2, ceilMode: true }).toArray()).toEqual([[[[3]]]]);
    expect(avgPool2d(x, { kernel: 3, ceilMode: true }).toArray()).toEqual([[[[1.5]]]]);
    expect(avgPool2d(x, { kernel: 5, padding: 2, ceilMode: true }).data()).toEqual(new Float32Array([0.24]));
    expect(() => maxPool2d(x, { kernel: 5, stride: 1, ceilMode: true })).toThrow(/spans 5, the padded height is 2/);
  });

  test("padding may differ before and after each axis", () => {
    const x = tensor([[[1, 2, 3, 4]]]);
    expect(maxPool1d(x, { kernel: 2, padding: [1, 0] }).toArray()).toEqual([[[1, 3]]]);
    expect(maxPool1d(x, { kernel: 2, stride: 1, padding: "same" }).toArray()).toEqual([[[2, 3, 4, 4]]]);
    expect(avgPool1d(x, { kernel: 2, stride: 1, padding: [0, 1] }).toArray()).toEqual([[[1.5, 2.5, 3.5, 2]]]);
    const inside = { kernel: 2, stride: 1, padding: [0, 1], countIncludePad: false } as const;
    expect(avgPool1d(x, inside).toArray()).toEqual([[[1.5, 2.5, 3.5, 4]]]);
    // With a stride "same" is Keras's, and ONNX's SAME_UPPER: ⌈7 / 3⌉ windows, and the odd element after.
    const seven = tensor([[[1, 2, 3, 4, 5, 6, 7]]]);
    expect(maxPool1d(seven, { kernel: 2, stride: 3, padding: "same" }).toArray()).toEqual([[[2, 5, 7]]]);
    expect(maxPool1d(seven, { kernel: 3, padding: "same" }).toArray()).toEqual([[[2, 5, 7]]]);
    expect(maxPool1d(seven, { kernel: 1, stride: 4, padding: "same" }).toArray()).toEqual([[[1, 5]]]);
    const shares = { kernel: 4, stride: 2, padding: "same", countIncludePad: false } as const;
    expect(avgPool1d(seven, shares).toArray()).toEqual([[[2, 3.5, 5.5, 6.5]]]);
    // Rows that begin above the image, columns that end beside it.
    expect(maxPool2d(square(), { kernel: 2, padding: [1, 0, 0, 1] }).toArray()).toEqual([
      [
        [
          [1, 3],
          [9, 11],
        ],
      ],
    ]);
  });

  test("an image without a batch axis gives one without", () => {
    const x: Tensor<[1, 4, 4]> = arange(16).reshape([1, 4, 4]);
    const y: Tensor<[1, number, number]> = maxPool2d(x, { kernel: 2 });
    expect(y.toArray()).toEqual([
      [
        [5, 7],
        [13, 15],
      ],
    ]);
    expect(maxPool2dWithIndices(x, { kernel: 2 }).indices.toArray()).toEqual(y.toArray());
    expect(maxPool1dWithIndices(arange(4).reshape([2, 2]), { kernel: 2 }).indices.toArray()).toEqual([[1], [1]]);
    expect(avgPool2d(x, { kernel: 4 }).toArray()).toEqual([[[7.5]]]);
    expect(adaptiveMaxPool2d(x, 1).toArray()).toEqual([[[15]]]);
    expect(adaptiveAvgPool1d(arange(4).reshape([1, 4]), 2).toArray()).toEqual([[0.5, 2.5]]);
    expect(() => maxPool2d(arange(4).reshape([2, 2]), { kernel: 2 })).toThrow(/expected 4 axes/);
  });

  test("batch and channels keep their types", () => {
    const y: Tensor<[2, 3, number, number]> = maxPool2d(zeros([2, 3, 4, 4]), { kernel: 2 });
    const z: Tensor<[2, 3, number]> = avgPool1d(zeros([2, 3, 4]), { kernel: 2 });
    expect([y.shape, z.shape]).toEqual([
      [2, 3, 2, 2],
      [2, 3, 2],
    ]);
  });

  test("indices say where the first of the largest stood", () => {
    const plane = maxPool2dWithIndices(square(), { kernel: 2, stride: 1 });
    expect(plane.indices.at(0, 0).toArray()).toEqual([
      [5, 6, 7],
      [9, 10, 11],
      [13, 14, 15],
    ]);
    const line = maxPool1dWithIndices(tensor([[[3, 9, 9, 1, 4, 4]]]), { kernel: 2 });
    expect([line.y.toArray(), line.indices.toArray()]).toEqual([[[[9, 9, 4]]], [[[1, 2, 4]]]]);
  });

  test("along a length", () => {
    const x = tensor([[[1, 5, 2, 8, 3, 4, 6]]]);
    expect(maxPool1d(x, { kernel: 3, stride: 2 }).toArray()).toEqual([[[5, 8, 6]]]);
    expect(avgPool1d(x, { kernel: 2 }).toArray()).toEqual([[[3, 5, 3.5]]]);
    expect(avgPool1d(x, { kernel: [2], padding: [1], countIncludePad: false }).toArray()).toEqual([[[1, 3.5, 5.5, 5]]]);
    expect(adaptiveMaxPool1d(x, 3).toArray()).toEqual([[[5, 8, 6]]]);
    expect(adaptiveAvgPool1d(x, [1]).at(0, 0, 0).item()).toBeCloseTo(29 / 7, 6);
  });

  test.each<[MaxPoolOptions, RegExp]>([
    [{ kernel: 0 }, /kernel must be a whole number from 1 up/],
    [{ kernel: 2, stride: 0 }, /stride must be/],
    [{ kernel: 3, padding: 2 }, /at most half the kernel/],
    [{ kernel: 3, padding: [0, 0, 2, 0] }, /at most half the kernel/],
    [{ kernel: 2, padding: [0, 1, -1, 0] }, /padding must be whole numbers from 0 up/],
    [{ kernel: 2, dilation: 1.5 }, /dilation must be/],
  ])("maxPool2d refuses %j", (options, message) => {
    const call = (): unknown => maxPool2d(square(), options);
    expect(call).toThrow(message);
    expect(call).toThrow(ValueError);
  });

  test("avgPool2d and adaptive pools refuse sizes that make no sense", () => {
    const averaged = (options: AvgPoolOptions) => (): unknown => avgPool2d(square(), options);
    expect(averaged({ kernel: 2, divisorOverride: 0 })).toThrow(/divisorOverride must be/);
    expect(averaged({ kernel: [2, -1] })).toThrow(/kernel must be/);
    expect(() => adaptiveAvgPool2d(square(), 0)).toThrow(/adaptiveAvgPool2d: outputSize must be/);
  });
});
