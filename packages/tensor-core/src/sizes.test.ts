import { describe, expect, test } from "vitest";
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  type AnyTensor,
  arange,
  at,
  avgPool1d,
  avgPool1dGradient,
  avgPool2d,
  avgPool2dGradient,
  concat,
  conv1d,
  conv1dFilterGradient,
  conv1dInputGradient,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  convTranspose1d,
  convTranspose2d,
  convolve2d,
  correlate2d,
  cumsum,
  expand,
  eye,
  flatten,
  flip,
  fromArray,
  full,
  gather,
  Generator,
  indexAdd,
  indexSelect,
  linspace,
  logSumExp,
  matmul,
  maxPool1d,
  maxPool1dGradient,
  maxPool2d,
  maxPool2dGradient,
  norm,
  oneHot,
  ones,
  pad,
  permute,
  range,
  reshape,
  scope,
  type Shape,
  slice,
  sliceGradient,
  softmax,
  sort,
  split,
  squeeze,
  stack,
  sum,
  sumTo,
  tensor,
  type Tensor,
  topk,
  transpose,
  UnfoldError,
  unsqueeze,
  variance,
  zeros,
} from "./index.node.ts";

// Whatever becomes a size, a stride, a margin, a count, an axis or a bound: the right result or an error that says what is
// wrong, at once, and the core goes on.
const NUMBERS = [0, 1, 1.5, -1, Number.NaN, Infinity, 2 ** 30, 2 ** 31, 2 ** 32 + 4, 1e10, 1e300];

const generator = new Generator(1);
const image: Tensor = ones([1, 2, 5, 6]);
const signal: Tensor = ones([1, 2, 6]);
const filters: Tensor = ones([4, 2, 3, 3]);
const taps: Tensor = ones([4, 2, 3]);
const matrix: Tensor = ones([3, 4]);
const nothing: Tensor = zeros([0, 4]);
const places: Tensor<Shape, "i32"> = tensor([0, 2, 1], "i32");
const indices: Tensor<Shape, "i32"> = zeros([1, 2, 2, 2], "i32");
const average = { windows: { kind: "sliding", kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0], dilation: [1, 1], ceilMode: false }, divisor: -1 } as const; // prettier-ignore
const average1 = { windows: { kind: "sliding", kernel: [2], stride: [2], padding: [0, 0], dilation: [1], ceilMode: false }, divisor: -1 } as const; // prettier-ignore

/** What is called with the number, and the shape that a result must have. */
type Size = readonly [call: (n: number) => AnyTensor | readonly AnyTensor[], shape?: (n: number) => Shape];

/** A window of `kernel` elements over `size`. */
const windows = (size: number, kernel: number, stride = 1): number => Math.floor((size - kernel) / stride) + 1;

const sizes: Record<string, Size> = {
  "zeros([n])": [(n) => zeros([n]), (n) => [n]],
  "zeros([n, 0])": [(n) => zeros([n, 0]), (n) => [n, 0]],
  "zeros([n], u8)": [(n) => zeros([n], "u8"), (n) => [n]],
  "ones([2, n])": [(n) => ones([2, n]), (n) => [2, n]],
  "full([n], 1, f16)": [(n) => full([n], 1, "f16"), (n) => [n]],
  "fromArray(…, [n])": [(n) => fromArray([1], [n]), (n) => [n]],
  "arange(n)": [(n) => arange(n), (n) => [Math.ceil(n)]],
  "arange(0, 1, n)": [(n) => arange(0, 1, n)],
  "arange(0, n, 1e-300)": [(n) => arange(0, n, 1e-300)],
  "arange(n, 0)": [(n) => arange(n, 0)],
  "linspace(0, 1, n)": [(n) => linspace(0, 1, n), (n) => [n]],
  "eye(n)": [(n) => eye(n), (n) => [n, n]],
  "eye(2, n)": [(n) => eye(2, n), (n) => [2, n]],
  "uniform([n])": [(n) => generator.uniform([n]), (n) => [n]],
  "normal([n, 2])": [(n) => generator.normal([n, 2]), (n) => [n, 2]],
  "integers([n])": [(n) => generator.integers([n], 0, 5), (n) => [n]],
  "integers to n": [(n) => generator.integers([2], 0, n), () => [2]],
  "bernoulli([n])": [(n) => generator.bernoulli([n], 0.5), (n) => [n]],
  "permutation(n)": [(n) => generator.permutation(n), (n) => [n]],

  "expand([n])": [(n) => expand(tensor([1]), [n]).contiguous(), (n) => [n === -1 ? 1 : n]],
  "expand([n, 3, 4])": [(n) => expand(matrix, [n, 3, 4]).sum(0), () => [3, 4]],
  "a broadcast to n": [(n) => ones([n, 1]).add(ones([1, 4])), (n) => [n, 4]],
  "a broadcast to n²": [(n) => expand(tensor([[1]]), [n, 1]).add(expand(tensor([[1]]), [1, n]))],
  "a product of n²": [(n) => matmul(expand(tensor([[1]]), [n, 1]), expand(tensor([[1]]), [1, n]))],
  "a product over n": [(n) => matmul(expand(tensor([[1]]), [1, n]), zeros([n, 1]))],
  "reshape([n, 4])": [(n) => reshape(matrix, [n, 4]), () => [3, 4]],
  "reshape([n, -1])": [(n) => reshape(matrix, [n, -1])],
  "reshape of nothing": [(n) => reshape(nothing, [n, 0]), (n) => [n === -1 ? 0 : n, 0]],
  "flatten(n)": [(n) => flatten(matrix, n)],
  "sumTo([n])": [(n) => sumTo(matrix, [n])],
  "concat along n": [(n) => concat([matrix, matrix], n)],
  "concat of n": [
    (n) => concat([expand(tensor([1]), [n]), expand(tensor([1]), [n])], 0),
    (n) => [n === -1 ? 2 : 2 * n],
  ],
  "stack along n": [(n) => stack([matrix, matrix], n)],
  "permute(n, 0)": [(n) => permute(matrix, [n, 0])],
  "transpose(n, 0)": [(n) => transpose(matrix, n, 0)],
  "unsqueeze(n)": [(n) => unsqueeze(matrix, n)],
  "squeeze(n)": [(n) => squeeze(ones([1, 1]), n)],
  "flip(n)": [(n) => flip(matrix, n), () => [3, 4]],
  "slice from n": [(n) => slice(matrix, 0, n)],
  "slice to n": [(n) => slice(matrix, 0, 0, n)],
  "slice every n": [(n) => slice(matrix, 0, 0, 3, n)],
  "slice along n": [(n) => slice(matrix, n, 0, 1)],
  "sliceGradient into n": [
    (n) => sliceGradient(matrix, [{ axis: 0, start: 0, stop: 3, step: 1 }], [n, 4]),
    (n) => [n, 4],
  ],
  "sliceGradient from n": [(n) => sliceGradient(matrix, [{ axis: 0, start: n, stop: 3, step: 1 }], [3, 4])],
  "sliceGradient every n": [(n) => sliceGradient(matrix, [{ axis: 0, start: 0, stop: 3, step: n }], [3, 4])],
  "at(n)": [(n) => at(matrix, [n])],
  "at(range(n))": [(n) => at(matrix, [range(n)])],
  "at(range(0, 3, n))": [(n) => at(matrix, [range(0, 3, n)])],
  "split into n": [(n) => split(matrix, n)],

  "oneHot(…, n)": [(n) => oneHot(places, n), (n) => [3, n]],
  "oneHot of nothing": [(n) => oneHot(zeros([0], "i32"), n), (n) => [0, n]],
  "indexAdd into n": [(n) => indexAdd(matrix, 0, places, n), (n) => [n, 4]],
  "indexAdd of nothing": [(n) => indexAdd(nothing, 0, zeros([0], "i32"), n), (n) => [n, 4]],
  "indexAdd along n": [(n) => indexAdd(matrix, n, places, 5)],
  "indexSelect along n": [(n) => indexSelect(matrix, n, places)],
  "gather along n": [(n) => gather(matrix, n, zeros([3, 4], "i32")), () => [3, 4]],
  "topk(n)": [(n) => topk(matrix, n).values, (n) => [3, n]],
  "topk along n": [(n) => topk(matrix, 1, n).values],
  "sort along n": [(n) => sort(matrix, n).values, () => [3, 4]],
  "sum over n": [(n) => sum(matrix, n)],
  "cumsum along n": [(n) => cumsum(matrix, n), () => [3, 4]],
  "softmax along n": [(n) => softmax(matrix, n), () => [3, 4]],
  "logSumExp along n": [(n) => logSumExp(matrix, n)],
  "norm of n": [(n) => norm(matrix, n), () => []],
  "variance with correction n": [(n) => variance(matrix, undefined, { correction: n }), () => []],

  "pad by n": [(n) => pad(matrix, [[n, 0]]), (n) => [3, 4 + n]],
  "pad behind by n": [(n) => pad(matrix, [[0, n], [0, 0]], { value: 1 }), (n) => [3 + n, 4]], // prettier-ignore
  ...Object.fromEntries(
    (["replicate", "reflect", "circular"] as const).map((mode): [string, Size] => [
      `pad by n, ${mode}`,
      [(n) => pad(matrix, [[n, n]], { mode }), (n) => [3, 4 + 2 * n]],
    ]),
  ),

  "conv2d, stride n": [(n) => conv2d(image, filters, undefined, { stride: n }), (n) => [1, 4, windows(5, 3, n), windows(6, 3, n)]], // prettier-ignore
  "conv2d, padding n": [(n) => conv2d(image, filters, undefined, { padding: n }), (n) => [1, 4, 3 + 2 * n, 4 + 2 * n]],
  "conv2d, padding n and stride 2³⁰": [(n) => conv2d(image, filters, undefined, { padding: n, stride: 2 ** 30 })],
  "conv2d, padding and stride n": [(n) => conv2d(image, filters, undefined, { padding: n, stride: n })],
  "conv2d, dilation n": [(n) => conv2d(image, filters, undefined, { dilation: n })],
  "conv2d, padding and dilation n": [(n) => conv2d(image, filters, undefined, { padding: n, dilation: n })],
  "conv2d, dilation n of one tap": [
    (n) => conv2d(image, ones([4, 2, 1, 1]), undefined, { dilation: n }),
    () => [1, 4, 5, 6],
  ],
  "conv2d, stride n of one tap": [(n) => conv2d(image, ones([4, 2, 1, 1]), undefined, { stride: n })],
  "conv2d, groups n": [(n) => conv2d(image, filters, undefined, { groups: n })],
  "conv1d, stride n": [(n) => conv1d(signal, taps, undefined, { stride: n }), (n) => [1, 4, windows(6, 3, n)]],
  "conv1d, padding n": [(n) => conv1d(signal, taps, undefined, { padding: n }), (n) => [1, 4, 4 + 2 * n]],
  "conv1d, padding and dilation n": [(n) => conv1d(signal, taps, undefined, { padding: n, dilation: n })],
  "conv2dInputGradient into n": [(n) => conv2dInputGradient(ones([1, 4, 3, 4]), filters, [1, 2, n, 6])],
  "conv2dInputGradient, stride n": [
    (n) => conv2dInputGradient(ones([1, 4, 1, 1]), filters, [1, 2, 5, 6], { stride: n }),
  ],
  "conv2dInputGradient, stride n and wide": [(n) => conv2dInputGradient(ones([1, 4, 1, 1]), filters, [1, 2, 2 + n, 2 + n], { stride: n })], // prettier-ignore
  "conv2dFilterGradient into n": [(n) => conv2dFilterGradient(image, ones([1, 4, 3, 4]), [4, 2, n, 3])],
  "conv2dFilterGradient, padding n": [
    (n) => conv2dFilterGradient(image, ones([1, 4, 3, 4]), [4, 2, 3, 3], { padding: n }),
  ],
  "conv2dFilterGradient, stride n": [
    (n) => conv2dFilterGradient(image, ones([1, 4, 1, 1]), [4, 2, 3, 3], { stride: n }),
  ],
  "conv1dInputGradient into n": [(n) => conv1dInputGradient(ones([1, 4, 4]), taps, [1, 2, n])],
  "conv1dInputGradient, stride n": [(n) => conv1dInputGradient(ones([1, 4, 1]), taps, [1, 2, 6], { stride: n })],
  "conv1dFilterGradient into n": [(n) => conv1dFilterGradient(signal, ones([1, 4, 4]), [4, 2, n])],
  "convTranspose2d, stride n": [(n) => convTranspose2d(image, ones([2, 4, 3, 3]), undefined, { stride: n }), (n) => [1, 4, 4 * n + 3, 5 * n + 3]], // prettier-ignore
  "convTranspose2d, stride n of one": [(n) => convTranspose2d(ones([1, 2, 1, 1]), ones([2, 4, 3, 3]), undefined, { stride: n }), () => [1, 4, 3, 3]], // prettier-ignore
  "convTranspose2d, padding n": [(n) => convTranspose2d(image, ones([2, 4, 3, 3]), undefined, { padding: n }), (n) => [1, 4, 7 - 2 * n, 8 - 2 * n]], // prettier-ignore
  "convTranspose2d, dilation n": [(n) => convTranspose2d(image, ones([2, 4, 3, 3]), undefined, { dilation: n }), (n) => [1, 4, 5 + 2 * n, 6 + 2 * n]], // prettier-ignore
  "convTranspose2d, outputPadding n": [(n) => convTranspose2d(image, ones([2, 4, 3, 3]), undefined, { stride: 2 ** 30, outputPadding: n })], // prettier-ignore
  "convTranspose2d, groups n": [(n) => convTranspose2d(image, ones([2, 4, 3, 3]), undefined, { groups: n })],
  "convTranspose1d, stride n": [(n) => convTranspose1d(signal, ones([2, 4, 3]), undefined, { stride: n }), (n) => [1, 4, 5 * n + 3]], // prettier-ignore
  "convolve2d, padding n": [
    (n) => convolve2d(ones([5, 6]), ones([3, 3]), { padding: n }),
    (n) => [3 + 2 * n, 4 + 2 * n],
  ],
  "correlate2d, stride n": [(n) => correlate2d(ones([5, 6]), ones([3, 3]), { stride: n })],

  ...Object.fromEntries(
    (
      [
        ["maxPool2d", maxPool2d, image],
        ["avgPool2d", avgPool2d, image],
        ["maxPool1d", maxPool1d, signal],
        ["avgPool1d", avgPool1d, signal],
      ] as const
    ).flatMap(([name, pool, x]): [string, Size][] => {
      // Those of both kinds and of any number of axes.
      type Options = { kernel: number; stride?: number; padding?: number; dilation?: number; ceilMode?: boolean; divisorOverride?: number }; // prettier-ignore
      const call: (x: Tensor, options: Options) => Tensor = pool;
      return [
        [`${name}, kernel n`, [(n) => call(x, { kernel: n })]],
        [`${name}, stride n`, [(n) => call(x, { kernel: 2, stride: n })]],
        [`${name}, stride n, the last window too`, [(n) => call(x, { kernel: 2, stride: n, ceilMode: true })]],
        [`${name}, padding n`, [(n) => call(x, { kernel: 2, padding: n })]],
        [`${name}, kernel and padding n`, [(n) => call(x, { kernel: n, padding: n / 2 })]],
        [`${name}, dilation n`, [(n) => call(x, { kernel: 2, dilation: n })]],
        [`${name}, dilation n of one`, [(n) => call(x, { kernel: 1, stride: 1, dilation: n }), () => x.shape]],
        [`${name}, divisorOverride n`, [(n) => call(x, { kernel: 2, divisorOverride: n })]],
      ];
    }),
  ),
  "adaptiveAvgPool2d(n)": [(n) => adaptiveAvgPool2d(image, n), (n) => [1, 2, n, n]],
  "adaptiveAvgPool2d([1, n])": [(n) => adaptiveAvgPool2d(image, [1, n]), (n) => [1, 2, 1, n]],
  "adaptiveAvgPool2d(n) of no image": [(n) => adaptiveAvgPool2d(zeros([0, 2, 5, 6]), [n, 1]), (n) => [0, 2, n, 1]],
  "adaptiveMaxPool2d(n)": [(n) => adaptiveMaxPool2d(image, n), (n) => [1, 2, n, n]],
  "adaptiveAvgPool1d(n)": [(n) => adaptiveAvgPool1d(signal, n), (n) => [1, 2, n]],
  "adaptiveMaxPool1d(n)": [(n) => adaptiveMaxPool1d(signal, n), (n) => [1, 2, n]],
  "avgPool2dGradient into n": [(n) => avgPool2dGradient(ones([1, 2, 2, 3]), [1, 2, n, 6], average)],
  "avgPool1dGradient into n": [(n) => avgPool1dGradient(ones([1, 2, 3]), [1, 2, n], average1)],
  "maxPool2dGradient into n": [(n) => maxPool2dGradient(ones([1, 2, 2, 2]), indices, [1, 2, n, 3])],
  "maxPool1dGradient into n": [(n) => maxPool1dGradient(ones([1, 2, 2]), zeros([1, 2, 2], "i32"), [1, 2, n])],
};

/** Milliseconds: what runs on for seconds has begun to compute what it should have refused. Gigabytes take a while where they fit. */
const AT_ONCE = 4000;
const QUICK = 1e6;
const MOST_BYTES = 2 ** 31;

/** What is wrong with a result, in words. */
function wrongWith(result: AnyTensor, wanted: Shape | undefined): string[] {
  const { shape, size } = result;
  const wrong: string[] = [];
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) wrong.push(`a shape of [${shape.join()}]`);
  if (size !== shape.reduce((product, length) => product * length, 1) || size >= MOST_BYTES)
    wrong.push(`a size of ${size}`);
  if (wanted !== undefined && wanted.join() !== shape.join()) wrong.push(`[${shape.join()}], not [${wanted.join()}]`);
  if (size < 1000 && result.contiguous().data().length !== size) wrong.push("elements are missing");
  return wrong;
}

/** Calls with a number. @returns what is wrong with the answer, in words */
function answerTo([call, shape]: Size, n: number): string[] {
  const start = performance.now();
  const wrong: string[] = [];
  let largest = 0;
  try {
    scope(() => {
      for (const result of [call(n)].flat<(AnyTensor | readonly AnyTensor[])[]>()) {
        wrong.push(...wrongWith(result, shape?.(n)));
        largest = Math.max(largest, result.size);
      }
    });
  } catch (error) {
    if (!(error instanceof UnfoldError)) return [String(error)];
    if (/NaN bytes|undefined|stopped/.test(error.message)) wrong.push(error.message);
  }
  if (largest < QUICK && performance.now() - start > AT_ONCE) wrong.push("it took seconds");
  return wrong;
}

describe.each(Object.entries(sizes))("%s", (_, size) => {
  test.each(NUMBERS)("of %d is right or refused", (n) => {
    expect(answerTo(size, n)).toEqual([]);
    expect(ones([10]).sum().item()).toBe(10);
  });
});

test("sizes that do fit give results", () => {
  const given = Object.entries(sizes).filter(([, [call]]) => {
    try {
      scope(() => void call(1));
      return true;
    } catch {
      return false;
    }
  });
  expect(given.length / Object.keys(sizes).length).toBeGreaterThan(0.7);
});
