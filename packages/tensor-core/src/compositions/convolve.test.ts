import { describe, expect, test } from "vitest";
import {
  arange,
  conv2d,
  convolve2d,
  convTranspose1d,
  convTranspose2d,
  correlate2d,
  memory,
  ones,
  scope,
  ShapeError,
  tensor,
  type TransposedConvolutionOptions,
  ValueError,
  zeros,
} from "../index.node.ts";

const image = () => arange(30).reshape([5, 6]).mul(0.7).sin();
const kernel = () =>
  tensor([
    [3, 4, 5],
    [1, 0, 2],
    [-1, 9, 7],
  ]);

describe("convolve2d", () => {
  test("lays the flipped kernel on the image", () => {
    const flipped = tensor([
      [7, 9, -1],
      [2, 0, 1],
      [5, 4, 3],
    ]);
    expect(kernel().flip().toArray()).toEqual(flipped.toArray());
    expect(convolve2d(image(), kernel()).toArray()).toEqual(correlate2d(image(), flipped).toArray());
    expect(convolve2d(image(), kernel()).toArray()).not.toEqual(correlate2d(image(), kernel()).toArray());
  });

  test("of an impulse is the kernel, of which correlation makes the mirror image", () => {
    const impulse = zeros([5, 5]);
    impulse.at(2, 2).assign(tensor(1));
    expect(convolve2d(impulse, kernel()).toArray()).toEqual(kernel().toArray());
    expect(correlate2d(impulse, kernel()).toArray()).toEqual(kernel().flip().toArray());
  });

  test("is associative: two kernels one after the other are their own convolution", () => {
    const second = tensor([
      [1, -2],
      [0.5, 3],
    ]);
    const inTurn = convolve2d(convolve2d(image(), kernel()), second);
    const both = convolve2d(kernel(), second, { padding: [1, 1] });
    const atOnce = convolve2d(image(), both);
    expect(atOnce.shape).toEqual([2, 3]);
    atOnce.data().forEach((value, i) => expect(value).toBeCloseTo(inTurn.data()[i] as number, 4));
  });

  test("refuses what is not a plane", () => {
    expect(() => convolve2d(zeros([1, 5, 5]), kernel())).toThrow(ShapeError);
    expect(() => correlate2d(zeros([5, 5]), zeros([2]))).toThrow(/correlate2d: expected 2 axes \(rows, columns\)/);
  });
});

describe("convTranspose2d", () => {
  test("turns round the shapes of a convolution", () => {
    const options = { stride: 2, padding: 1 };
    const small = conv2d(zeros([2, 3, 9, 8]), zeros([4, 3, 3, 3]), undefined, options);
    expect(small.shape).toEqual([2, 4, 5, 4]);
    expect(convTranspose2d(small, zeros([4, 3, 3, 3]), undefined, { ...options, outputPadding: [0, 1] }).shape).toEqual(
      [2, 3, 9, 8],
    );
  });

  test("lays the kernel once for each element, and adds the bias", () => {
    const x = tensor([
      [
        [
          [2, 0],
          [0, -1],
        ],
      ],
    ]);
    const stamp = tensor([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ]);
    const y = convTranspose2d(x, stamp, tensor([10]), { stride: 2 });
    expect(y.toArray()).toEqual([
      [
        [
          [12, 14, 10, 10],
          [16, 18, 10, 10],
          [10, 10, 9, 8],
          [10, 10, 7, 6],
        ],
      ],
    ]);
  });

  test("along a length", () => {
    const y = convTranspose1d(tensor([[[2, 0, -1]]]), tensor([[[1, 3]]]), tensor([10]), { stride: 2, padding: 1 });
    expect(y.toArray()).toEqual([[[16, 10, 10, 9]]]); // 2, 6, 0, 0, -1, -3 without its ends
    expect(() => convTranspose1d(zeros([1, 1, 2, 2]), zeros([1, 1, 2]))).toThrow(/expected 3 axes/);
  });

  // PyTorch's answers: [stride, dilation, outputPadding, padding] of 1 2, with a kernel of two ones and a bias of 10.
  test.each([
    [
      [1, 2, 1, 0],
      [11, 12, 11, 12, 10],
    ],
    [
      [2, 3, 2, 0],
      [11, 10, 12, 11, 10, 12, 10, 10],
    ],
    [
      [1, 3, 2, 1],
      [12, 10, 11, 12, 10],
    ],
    [
      [2, 4, 3, 1],
      [10, 12, 10, 11, 10, 12, 10, 10],
    ],
    [
      [2, 4, 3, 3],
      [10, 11, 10, 12],
    ],
  ] as const)("outputPadding may be as large as the stride, but not as the dilation: %j", (sizes, wanted) => {
    const [stride, dilation, outputPadding, padding] = sizes;
    const options = { stride, dilation, outputPadding, padding };
    const y = convTranspose1d(tensor([[[1, 2]]]), ones([1, 1, 2]), tensor([10]), options);
    expect(y.toArray()).toEqual([[wanted]]);
  });

  test("an empty batch gives one, and an image without a batch axis one without", () => {
    const weight = ones([1, 3, 2, 2]);
    expect(convTranspose2d(zeros([0, 1, 2, 2]), weight, ones([3])).shape).toEqual([0, 3, 3, 3]);
    const y = convTranspose2d(ones([1, 1, 1]), weight, tensor([1, 2, 3]));
    expect(y.toArray()).toEqual([2, 3, 4].map((value) => [value, value].map((each) => [each, each])));
    expect(convTranspose1d(zeros([1, 4]), ones([1, 2, 3])).shape).toEqual([2, 6]);
    expect(convTranspose1d(zeros([1, 1, 1]), ones([1, 2, 2]), ones([2]), { padding: 1 }).shape).toEqual([1, 2, 0]);
  });

  test.each<[TransposedConvolutionOptions, RegExp, typeof ValueError | typeof ShapeError]>([
    [{ outputPadding: 1 }, /outputPadding must be less than the stride or than the dilation/, ValueError],
    [{ outputPadding: [1, 2], dilation: [2, 2] }, /outputPadding must be less/, ValueError],
    [{ padding: 2 }, /less than nothing would be left/, ShapeError],
  ])("refuses %j", (options, message, kind) => {
    const call = (): unknown => convTranspose2d(zeros([1, 1, 2, 2]), zeros([1, 1, 2, 2]), undefined, options);
    expect(call).toThrow(message);
    expect(call).toThrow(kind);
  });
});

test("compositions keep nothing but their result", () => {
  scope(() => {
    const [x, w] = [image(), kernel()];
    const before = memory().tensors;
    convolve2d(x, w);
    correlate2d(x, w);
    convTranspose2d(x.reshape([1, 1, 5, 6]), w.reshape([1, 1, 3, 3]), tensor([1]));
    expect(memory().tensors).toBe(before + 3 + 3); // the results and the last one's operands
  });
});
